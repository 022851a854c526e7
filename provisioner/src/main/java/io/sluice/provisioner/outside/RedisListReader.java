package io.sluice.provisioner.outside;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.provisioner.outside.OutsideSource.Place;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * The length of a list in Redis, on a connection for each question. It speaks the few lines of <a
 * href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP</a> itself, since the
 * client library takes lines of any length: who answers here is not ours.
 */
final class RedisListReader implements FigureReader {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final int LINE_MAX = 1_024;
  private static final int PORT_DEFAULT = 6_379;

  private final Place.RedisList at;

  RedisListReader(Place.RedisList at) {
    this.at = at;
  }

  @Override
  public Figure ask() {
    try (Socket socket = new Socket()) {
      int port = at.redis().getPort() < 0 ? PORT_DEFAULT : at.redis().getPort();
      socket.connect(
          new InetSocketAddress(at.redis().getHost(), port), (int) CONNECT_MAX.toMillis());
      socket.setSoTimeout((int) ANSWER_MAX.toMillis());
      if (!"rediss".equals(at.redis().getScheme())) {
        return ask(socket);
      }
      try (Socket secured = secured(socket, at.redis(), port)) {
        return ask(secured);
      }
    } catch (IOException failed) {
      return new Figure.Unknown("Redis can't be asked: " + failed);
    }
  }

  private static Socket secured(Socket plain, URI redis, int port) throws IOException {
    SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) tls.createSocket(plain, redis.getHost(), port, true);
    SSLParameters names = socket.getSSLParameters();
    names.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(names);
    return socket;
  }

  private Figure ask(Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    InputStream in = socket.getInputStream();
    if (at.password().isPresent()) {
      String password = at.password().get().text();
      send(
          out,
          at.user().map(user -> List.of("AUTH", user, password)).orElse(List.of("AUTH", password)));
      // What it says is not repeated: Redis may say what it was sent.
      if (!line(in).startsWith("+")) {
        return new Figure.Unknown("Redis does not take the user or the password");
      }
    }
    Optional<String> database =
        Optional.ofNullable(at.redis().getPath()).filter(path -> path.length() > 1);
    if (database.isPresent()) {
      send(out, List.of("SELECT", database.get().substring(1)));
      String selected = line(in);
      if (!selected.startsWith("+")) {
        return new Figure.Unknown("Redis answers to SELECT: " + selected);
      }
    }
    send(out, List.of("LLEN", at.list()));
    return length(line(in));
  }

  /** What an answer to {@code LLEN} says. */
  static Figure length(String answer) {
    if (!answer.matches(":\\d{1,18}")) {
      return new Figure.Unknown("Redis answers to LLEN: " + answer);
    }
    return Figure.of(Double.parseDouble(answer.substring(1)));
  }

  private static void send(OutputStream out, List<String> words) throws IOException {
    ByteArrayOutputStream command = new ByteArrayOutputStream();
    command.writeBytes(("*" + words.size() + "\r\n").getBytes(UTF_8));
    for (String word : words) {
      byte[] bytes = word.getBytes(UTF_8);
      command.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
      command.writeBytes(bytes);
      command.writeBytes("\r\n".getBytes(UTF_8));
    }
    out.write(command.toByteArray());
    out.flush();
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the connection ended before the answer did");
      }
      if (line.size() == LINE_MAX) {
        throw new IOException("an answer of more than " + LINE_MAX + " bytes");
      }
      line.write(octet);
    }
    return line.toString(UTF_8).strip();
  }

  /** Every question has a connection of its own. */
  @Override
  public void close() {}
}
