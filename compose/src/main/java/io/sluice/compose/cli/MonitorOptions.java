package io.sluice.compose.cli;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.ClusterException;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.monitor.MonitorClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which monitor a command asks, and with which token. */
final class MonitorOptions {
  @Option(names = "--monitor", paramLabel = "URL", description = "The monitor to ask.")
  private @Nullable URI monitor;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = "0",
      description = "The embedded cluster that was started with this offset.")
  private int portOffset;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory of the cluster, where its token lies; default: ~/.sluice.")
  private @Nullable Path data;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The file with the token; default: 'token' in the data directory.")
  private @Nullable Path tokenFile;

  /** A client of the monitor. */
  MonitorClient client() {
    if (monitor == null) {
      Ports ports = new Ports(portOffset);
      return MonitorClient.ofBest(
          IntStream.rangeClosed(1, ClusterConfig.MONITORS_MAX)
              .mapToObj(id -> URI.create("http://127.0.0.1:" + ports.monitor(id)))
              .toList());
    }
    String scheme = String.valueOf(monitor.getScheme());
    if (!scheme.matches("https?") || monitor.getHost() == null) {
      throw new ClusterException(
          "--monitor: is '%s', expected http://host:port".formatted(monitor));
    }
    return new MonitorClient(monitor);
  }

  /** Headers of a call that changes something: the token, and these. */
  Map<String, String> authorized(Map<String, String> more) {
    Map<String, String> headers = new TreeMap<>(more);
    headers.put("Authorization", "Bearer " + token());
    return headers;
  }

  /**
   * Headers of a call that shows more to whoever has the token: these, and the token if there is
   * one.
   */
  Map<String, String> known(Map<String, String> more) {
    boolean there = Files.isReadable(tokenFile());
    return there || tokenFile != null ? authorized(more) : more;
  }

  private Path tokenFile() {
    return tokenFile == null ? folder().resolve("token") : tokenFile;
  }

  private String token() {
    Path file = tokenFile();
    try {
      String token = Files.readString(file).strip();
      if (!token.matches("[!-~]+")) {
        // It may be anything: what stands there is shown to nobody.
        throw new ClusterException(
            "token file %s: holds %d characters of which some are none of a token, or none at all; expected one line of letters, digits and the like"
                .formatted(file, token.length()));
      }
      return token;
    } catch (IOException unreadable) {
      throw new ClusterException(
          "token file %s can't be read: name the cluster's data directory with --data, or the file with --token-file"
              .formatted(file),
          unreadable);
    }
  }

  private Path folder() {
    return data == null
        ? Path.of(System.getProperty("user.home"), ClusterConfig.DATA_DEFAULT)
        : data;
  }
}
