package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.sluice.provisioner.fleet.FleetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The connections to one engine: one for calls that are answered soon, one for streams. */
final class EngineClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** A busy engine takes seconds to create a container; one that takes so long hangs. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  /** Each server that is measured takes one for as long as it runs. */
  private static final int CONNECTIONS_MAX = 10_000;

  private final Access access;
  private final DockerClientConfig settings;
  private final DockerClient calls;
  private final DockerClient streams;
  private final Map<Duration, DockerClient> patient = new ConcurrentHashMap<>();

  /**
   * Opens the way to an engine; nothing is asked of it yet.
   *
   * @throws FleetException if its certificates can't be used
   */
  EngineClient(Access access) {
    this.access = access;
    access.requireCertificates();
    DefaultDockerClientConfig.Builder builder =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(access.engine().toString())
            .withDockerTlsVerify(access.certificates().isPresent());
    access.certificates().ifPresent(directory -> builder.withDockerCertPath(directory.toString()));
    try {
      this.settings = builder.build();
    } catch (RuntimeException malformed) {
      // Whoever runs this may have a configuration of Docker's client, which counts here too.
      throw new FleetException(
          "the configuration of Docker's client, for the engine at %s, can't be used: %s"
              .formatted(access, Faults.root(malformed)),
          malformed);
    }
    try {
      this.calls = DockerClientImpl.getInstance(settings, http(Optional.of(ANSWER_TIMEOUT)));
      this.streams = DockerClientImpl.getInstance(settings, http(Optional.empty()));
    } catch (RuntimeException malformed) {
      // The library has no type of its own for what it can't read.
      throw new FleetException(
          "the certificates for the engine at %s can't be used: %s"
              .formatted(access, Faults.root(malformed)),
          malformed);
    }
  }

  private DockerHttpClient http(Optional<Duration> answerTimeout) {
    ZerodepDockerHttpClient.Builder builder =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(settings.getDockerHost())
            .sslConfig(settings.getSSLConfig())
            .maxConnections(CONNECTIONS_MAX)
            .connectionTimeout(CONNECT_TIMEOUT);
    answerTimeout.ifPresent(builder::responseTimeout);
    return new Measured(builder.build());
  }

  /** Says how long a body is, where the library would send pieces, which a gate does not take. */
  private record Measured(DockerHttpClient http) implements DockerHttpClient {
    @Override
    public Response execute(Request request) {
      InputStream body = request.body();
      if (body == null) {
        return http.execute(request);
      }
      try (body) {
        return http.execute(Request.builder().from(request).bodyBytes(body.readAllBytes()).build());
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }

    @Override
    public void close() throws IOException {
      http.close();
    }
  }

  Access access() {
    return access;
  }

  /** For calls that an engine answers within half a minute, or hangs. */
  DockerClient calls() {
    return calls;
  }

  /** For answers that take their time, or have no end. */
  DockerClient streams() {
    return streams;
  }

  /** For calls whose answers come so much later than usual. */
  DockerClient patient(Duration later) {
    // Few of them, whatever graces there are: each has connections of its own.
    long seconds = Math.max(Long.highestOneBit(Math.max(later.toSeconds(), 1) * 2 - 1), 1);
    return patient.computeIfAbsent(
        Duration.ofSeconds(seconds),
        most ->
            DockerClientImpl.getInstance(settings, http(Optional.of(ANSWER_TIMEOUT.plus(most)))));
  }

  /**
   * Asks the engine.
   *
   * @param what what it means if that fails, such as {@code container a could not be started}
   * @throws FleetException if it refuses, or can't be reached
   */
  <T> T ask(String what, Supplier<T> question) {
    try {
      return question.get();
    } catch (FleetException described) {
      throw described;
    } catch (RuntimeException failed) {
      throw Faults.describe(what, access, failed);
    }
  }

  @Override
  public void close() {
    try {
      calls.close();
      streams.close();
      for (DockerClient one : patient.values()) {
        one.close();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
