package io.sluice.provisioner.outside;

import io.sluice.schemas.config.Durations;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.text.Sentence;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A figure of a zone that the leader asks for.
 *
 * @param metric under which name rules find it
 * @param every how often it is asked for, {@link #EVERY_MIN} to {@link #EVERY_MAX}
 * @param place where it is
 */
public record OutsideSource(Metric metric, Duration every, Place place) {
  /** A queue of seconds is seen in time. */
  public static final Duration EVERY_DEFAULT = Duration.ofSeconds(5);

  /** More often than a zone is weighed is of no use. */
  public static final Duration EVERY_MIN = Duration.ofSeconds(1);

  /** What is asked for more rarely is no load to scale by. */
  public static final Duration EVERY_MAX = Duration.ofHours(1);

  /** A zone that needs more of them has too many rules. */
  public static final int SOURCES_MAX = 16;

  /** So many answers in a row must be missing before the figure is. */
  private static final int MISSING = 3;

  private static final Duration VALID_MIN = Duration.ofSeconds(15);
  private static final int NAME_MAX = 250;
  private static final int QUERY_MAX = 2_000;
  private static final List<String> KINDS = List.of("redis", "kafka", "promql");
  private static final String REDIS_EXPECTED =
      "redis://host:port or rediss://host:port, with /database behind it if it is not 0";
  private static final String PROMQL_EXPECTED =
      "http://host:port or https://host:port, with the path before /api/v1 if there is one";

  /** Where a figure is. */
  public sealed interface Place {
    /**
     * The length of a list in Redis; 0 if there is none.
     *
     * @param redis {@code redis://host:port[/database]}, or {@code rediss://}
     * @param list the list's key
     * @param user for whom the password is; empty: Redis' default user
     * @param password if Redis wants one
     */
    record RedisList(URI redis, String list, Optional<String> user, Optional<Hidden> password)
        implements Place {}

    /**
     * How many records of a topic a consumer group has not committed yet.
     *
     * @param kafka where it is; empty: Sluice's own Kafka
     * @param group the group
     * @param topic the topic
     */
    record GroupLag(Optional<KafkaAccess> kafka, String group, String topic) implements Place {}

    /**
     * The only value of a query in PromQL.
     *
     * @param url where Prometheus' HTTP API is, without {@code /api/v1}
     * @param query the query
     * @param token the bearer token, if it wants one
     */
    record PromQl(URI url, String query, Optional<Hidden> token) implements Place {}

    /** Where it comes from, for people: without addresses and what else nobody need read. */
    default String source() {
      return Sentence.shown(
          switch (this) {
            case RedisList at -> "list " + at.list() + " in Redis";
            case GroupLag(var _, String group, String topic) ->
                "lag of group " + group + " on topic " + topic;
            case PromQl at -> "query " + at.query();
          });
    }
  }

  /** For how long a figure holds if no other follows. */
  Duration validFor() {
    Duration patience = every.multipliedBy(MISSING);
    return patience.compareTo(VALID_MIN) < 0 ? VALID_MIN : patience;
  }

  /** Reads the key {@code loads} of a zone: a list. */
  public static List<OutsideSource> read(Section zone) {
    List<OutsideSource> sources = new ArrayList<>();
    List<Section> given = zone.list("loads");
    for (Section source : given) {
      Optional<Metric> metric = source.value("metric", Metric::outside);
      Duration every = source.duration("every", EVERY_DEFAULT, EVERY_MIN, EVERY_MAX);
      require(source, "metric", Metric.OUTSIDE_EXPECTED);
      Optional<Place> place = place(source);
      if (metric.isPresent() && place.isPresent()) {
        sources.add(new OutsideSource(metric.get(), every, place.get()));
      }
    }
    if (given.size() > SOURCES_MAX) {
      zone.note("loads", given.size() + " sources", "at most " + SOURCES_MAX);
    }
    if (sources.stream().map(OutsideSource::metric).distinct().count() < sources.size()) {
      zone.note("loads", "two of one metric", "metrics that differ");
    }
    return sources;
  }

  private static Optional<Place> place(Section source) {
    List<String> said = KINDS.stream().filter(source::has).toList();
    if (said.size() != 1) {
      source.note(
          said.isEmpty() ? KINDS.getFirst() : said.get(1),
          said.isEmpty() ? "missing" : "beside " + said.getFirst(),
          "one of " + String.join(", ", KINDS));
      source.ignoreUnknownKeys();
      return Optional.empty();
    }
    Section at = source.section(said.getFirst());
    return switch (said.getFirst()) {
      case "redis" -> redis(at);
      case "kafka" -> kafka(at);
      default -> promql(at);
    };
  }

  private static Optional<Place> redis(Section at) {
    Optional<URI> url = address(at, "rediss?://[^/?#@\\s]+(/\\d{1,4})?", REDIS_EXPECTED);
    Optional<String> list = name(at, "list", "the key of a list");
    Optional<String> user = at.string("user");
    Optional<Hidden> password = Hidden.read(at, "password");
    if (user.isPresent() && password.isEmpty()) {
      at.note("password", "missing", "the password of the user, here or in passwordFile");
    }
    return url.flatMap(redis -> list.map(key -> new Place.RedisList(redis, key, user, password)));
  }

  private static Optional<Place> kafka(Section at) {
    Optional<String> group = name(at, "group", "a consumer group");
    Optional<String> topic = name(at, "topic", "a topic");
    Map<String, String> properties = KafkaAccess.properties(at, "properties");
    Optional<String> bootstrap = at.string("bootstrap");
    if (bootstrap.isEmpty() && !properties.isEmpty()) {
      at.note("bootstrap", "missing", "host:port of the Kafka that the properties are for");
    }
    Optional<KafkaAccess> other = bootstrap.map(hosts -> new KafkaAccess(hosts, properties));
    return group.flatMap(who -> topic.map(where -> new Place.GroupLag(other, who, where)));
  }

  private static Optional<Place> promql(Section at) {
    Optional<URI> url = address(at, "https?://[^?#@\\s]+", PROMQL_EXPECTED);
    Optional<String> query =
        at.value("query", text -> requireText(text, QUERY_MAX, "a query in PromQL"));
    require(at, "query", "a query in PromQL that gives one number");
    Optional<Hidden> token = Hidden.read(at, "token");
    return url.flatMap(there -> query.map(asked -> new Place.PromQl(there, asked, token)));
  }

  /** An address. What is wrong is not repeated: a password may stand in it. */
  private static Optional<URI> address(Section at, String form, String expected) {
    Optional<String> text = at.string("url");
    require(at, "url", expected);
    Optional<URI> url =
        text.filter(it -> it.matches(form))
            .flatMap(OutsideSource::uri)
            .filter(uri -> uri.getHost() != null);
    if (text.isPresent() && url.isEmpty()) {
      at.note("url", "another address", expected + "; who asks is said by keys of its own");
    }
    return url;
  }

  private static Optional<URI> uri(String text) {
    try {
      return Optional.of(
          URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<String> name(Section at, String key, String expected) {
    require(at, key, expected);
    return at.value(key, text -> requireText(text, NAME_MAX, expected));
  }

  private static String requireText(String text, int most, String expected) {
    if (text.isBlank() || text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "expected %s, 1 to %d characters that can be printed".formatted(expected, most));
    }
    return text;
  }

  private static void require(Section at, String key, String expected) {
    if (!at.has(key)) {
      at.note(key, "missing", expected);
    }
  }

  /** The source as it is read; passwords and tokens are hidden. */
  public Map<String, Object> describe() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("metric", metric.name());
    tree.put("every", Durations.format(every));
    Map<String, Object> at = new LinkedHashMap<>();
    switch (place) {
      case Place.RedisList(var redis, var list, var user, var password) -> {
        at.put("url", redis.toString());
        at.put("list", list);
        user.ifPresent(name -> at.put("user", name));
        password.ifPresent(secret -> at.put("password", secret.toString()));
        tree.put("redis", at);
      }
      case Place.GroupLag(var kafka, var group, var topic) -> {
        at.put("group", group);
        at.put("topic", topic);
        kafka.ifPresent(access -> at.put("bootstrap", access.bootstrap()));
        tree.put("kafka", at);
      }
      case Place.PromQl(var url, var query, var token) -> {
        at.put("url", url.toString());
        at.put("query", query);
        token.ifPresent(secret -> at.put("token", secret.toString()));
        tree.put("promql", at);
      }
    }
    return tree;
  }
}
