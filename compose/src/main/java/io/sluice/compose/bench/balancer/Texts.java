package io.sluice.compose.bench.balancer;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The configurations of all subjects: the same work, one thread or process each. */
final class Texts {
  private Texts() {}

  static String sluice(Setup setup, int port, int adminPort, String transport) {
    String servers =
        setup.backends().stream()
            .map(one -> "http://127.0.0.1:" + one)
            .collect(Collectors.joining(","));
    return """
    zone: bench
    static: true
    servers: %s
    admin: {port: %d}
    traffic:
      port: %d
      loops: 1
      transport: %s
    """
            .formatted(servers, adminPort, port, transport)
        + setup
            .certificate()
            .map(files ->
                "  tls: {certificate: %s, key: %s}%n".formatted(files.certificate(), files.key()))
            .orElse("");
  }

  static String haproxy(Setup setup, int port) {
    List<Integer> backends = setup.backends();
    String tls = setup.certificate().map(files -> " ssl crt " + files.both()).orElse("");
    StringBuilder text =
        new StringBuilder(
            """
            global
              nbthread 1
              no strict-limits
              maxconn 10500
            defaults
              mode http
              timeout connect 5s
              timeout client 60s
              timeout server 60s
              option http-keep-alive
              option forwardfor
              http-reuse always
            frontend traffic
              bind 127.0.0.1:%d backlog 4096%s
              default_backend zone
            backend zone
              balance roundrobin
            """
                .formatted(port, tls));
    for (int i = 0; i < backends.size(); i++) {
      text.append("  server s%d 127.0.0.1:%d%n".formatted(i, backends.get(i)));
    }
    return text.toString();
  }

  static String nginx(Setup setup, int port) {
    String tls =
        setup
            .certificate()
            .map(files ->
                "ssl_certificate %s; ssl_certificate_key %s;"
                    .formatted(files.certificate(), files.key()))
            .orElse("");
    String servers =
        setup.backends().stream()
            .map("    server 127.0.0.1:%d;"::formatted)
            .collect(Collectors.joining("\n"));
    return head("nginx")
        + """
          upstream zone {
        %s
            keepalive 4096;
          }
          server {
            listen 127.0.0.1:%d%s backlog=4096;
            %s
            location / {
              proxy_pass http://zone;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $host;
              proxy_set_header X-Forwarded-For $remote_addr;
            }
          }
        }
        """
            .formatted(servers, port, tls.isEmpty() ? "" : " ssl", tls);
  }

  static String backends(Path folder, List<Integer> ports) {
    StringBuilder text = new StringBuilder(head("backends"));
    for (int i = 0; i < ports.size(); i++) {
      text.append(
          """
                server {
                  listen 127.0.0.1:%d backlog=4096;
                  default_type text/plain;
                  add_header X-Backend %d;
                  location /small { return 200 "%s"; }
                  location /health_check { return 200 ok; }
          location /accepted { stub_status; }
                  location /large { root %s; error_page 405 =200 $uri; }
                }
          """
              .formatted(ports.get(i), i, "x".repeat(128), folder));
    }
    return text.append("}\n").toString();
  }

  private static String head(String name) {
    return """
    daemon off;
    master_process off;
    worker_rlimit_nofile 30000;
    error_log stderr crit;
    pid %s.pid;
    events { worker_connections 25000; }
    http {
      access_log off;
      keepalive_requests 1000000000;
      client_body_temp_path temp-%s;
      proxy_temp_path temp-%s;
      fastcgi_temp_path temp-%s;
      uwsgi_temp_path temp-%s;
      scgi_temp_path temp-%s;
      client_max_body_size 1m;
      client_body_buffer_size 128k;
      tcp_nodelay on;
    """
        .formatted(name, name, name, name, name, name);
  }
}
