package io.sluice.provisioner.history;

import io.sluice.schemas.config.HeaderText;
import io.sluice.schemas.config.Section;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where the history of the metrics is.
 *
 * @param url the database, {@code http://host:port}
 * @param kind what it is, and so how it is asked; both kinds are written in the same way
 * @param organisation InfluxDB's organisation; VictoriaMetrics has none and ignores it
 * @param bucket InfluxDB's bucket; VictoriaMetrics has none and ignores it
 * @param token InfluxDB's token; empty: calls carry none
 */
public record HistoryConfig(URI url, Kind kind, String organisation, String bucket, String token) {
  /** The organisation that {@code compose.yml} sets up. */
  public static final String ORGANISATION_DEFAULT = "sluice";

  /** The bucket that {@code compose.yml} sets up. */
  public static final String BUCKET_DEFAULT = "metrics";

  /** A database that keeps histories. */
  public enum Kind {
    /** InfluxDB 2, asked in Flux. */
    INFLUXDB,
    /** VictoriaMetrics, or whatever else takes InfluxDB's lines and is asked in PromQL. */
    VICTORIAMETRICS
  }

  /** Not the token: configurations are printed. */
  @Override
  public String toString() {
    return "%s at %s, %s/%s".formatted(kind, url, organisation, bucket);
  }

  /**
   * Reads the section {@code history}; empty if there is none.
   *
   * @throws io.sluice.schemas.config.ConfigException never by itself: problems are noted in the
   *     section
   */
  public static Optional<HistoryConfig> read(Section section) {
    Optional<URI> url = section.value("url", HistoryConfig::address);
    Kind kind = section.choice("kind", Kind.INFLUXDB);
    String organisation = section.string("organisation", ORGANISATION_DEFAULT);
    String bucket = section.string("bucket", BUCKET_DEFAULT);
    Optional<String> token = section.token("token");
    Optional<String> fromFile = section.value("tokenFile", HistoryConfig::content);
    if (token.isPresent() && section.has("tokenFile")) {
      section.note("tokenFile", "beside token", "either of them");
    }
    if (url.isEmpty() && !section.has("url") && (section.has("kind") || section.has("bucket"))) {
      section.note("url", "missing", "http://host:port of the database");
    }
    return url.map(at ->
        new HistoryConfig(at, kind, organisation, bucket, token.or(() -> fromFile).orElse("")));
  }

  /** The configuration in the form in which it is read, without the token. */
  public Map<String, Object> describe() {
    return Map.of(
        "url",
        url.toString(),
        "kind",
        kind.name().toLowerCase(Locale.ROOT),
        "organisation",
        organisation,
        "bucket",
        bucket);
  }

  /** A reader of what is kept there. */
  public LoadHistory open() {
    return switch (kind) {
      case INFLUXDB -> new FluxHistory(this);
      case VICTORIAMETRICS -> new PrometheusHistory(url);
    };
  }

  private static URI address(String text) {
    if (!text.matches("https?://[^/?#@]+/?")) {
      throw new IllegalArgumentException("expected http://host:port or https://host:port");
    }
    return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  private static String content(String file) {
    try {
      String token = Files.readString(Path.of(file)).strip();
      HeaderText.objection(token)
          .ifPresent(found -> {
            throw new IllegalArgumentException(
                "its token is %s: expected %s".formatted(found, HeaderText.EXPECTED));
          });
      return token;
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "can't be read (%s): expected a file with a token".formatted(unreadable), unreadable);
    }
  }
}
