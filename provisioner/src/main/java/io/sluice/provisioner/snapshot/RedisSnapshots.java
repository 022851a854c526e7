package io.sluice.provisioner.snapshot;

import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Snapshots in Redis, under {@value #SNAPSHOT_KEY}. Beside them, for whoever looks: a hash {@code
 * sluice:server:<id>} with {@code zone}, {@code address}, {@code port}, {@code handle} and {@code
 * state} for each server, and a set {@code sluice:zone:<zone>} of the ids of each zone's servers.
 *
 * <p>These keys are its own: what somebody else puts there in another form is taken away.
 *
 * <p>Soft: which hashes were written by this object. When that is lost, all are written again.
 */
public final class RedisSnapshots implements Snapshots {
  /** Where the snapshot stands. */
  public static final String SNAPSHOT_KEY = "sluice:snapshot";

  private static final Logger LOG = LoggerFactory.getLogger(RedisSnapshots.class);
  private static final String SERVER_PREFIX = "sluice:server:";
  private static final String ZONE_PREFIX = "sluice:zone:";
  private static final String COMPARE_AND_SET = script();
  private static final String LOADING = "loading the snapshot";
  private static final String SAVING = "saving the snapshot";
  private static final String SHOWING = "showing the servers";

  private final RedisClient redis;

  /** That it does not answer, which any answer ends. */
  private final AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());

  /** What it refuses, by what was asked: until the same is asked with success. */
  private final Map<String, String> refusals = new ConcurrentSkipListMap<>();

  private final Map<ServerId, Map<String, String>> shown = new HashMap<>();

  /** The term in which they were shown. */
  private Epoch shownIn = Epoch.NONE;

  private RedisSnapshots(RedisClient redis) {
    this.redis = redis;
  }

  /**
   * Snapshots in this Redis; it need not be up yet.
   *
   * @param uri {@code redis://[user:password@]host:port[/database]}, or {@code rediss://} for TLS
   */
  public static RedisSnapshots at(URI uri) {
    return new RedisSnapshots(RedisClient.create(uri));
  }

  @Override
  public Optional<Snapshot> load() {
    Optional<String> text = asking(LOADING, () -> redis.get(SNAPSHOT_KEY));
    if (foreign(LOADING)) {
      removeForeign(Map.of(SNAPSHOT_KEY, "string"));
    }
    // It may never be asked again.
    refusals.remove(LOADING);
    if (text.isEmpty()) {
      LOG.info("no snapshot in Redis: the journal is read from its beginning");
      return Optional.empty();
    }
    try {
      return Optional.of(Snapshot.read(text.get()));
    } catch (RuntimeException damaged) {
      LOG.warn(
          "the snapshot in Redis is damaged, the journal is read from its beginning: {}",
          damaged.toString());
      return Optional.empty();
    }
  }

  @Override
  public synchronized boolean save(Snapshot snapshot) {
    // Another leader may have shown its servers since, or somebody emptied the store.
    boolean known = asking("looking", () -> redis.exists(SNAPSHOT_KEY)).orElse(false);
    if (!known || !snapshot.epoch().equals(shownIn)) {
      shown.clear();
      shownIn = snapshot.epoch();
    }
    Optional<Object> kept = replace(snapshot);
    if (foreign(SAVING)) {
      removeForeign(Map.of(SNAPSHOT_KEY, "string"));
      kept = replace(snapshot);
    }
    boolean current = kept.filter(reply -> reply.equals(1L)).isPresent();
    if (current) {
      var _ = asking(SHOWING, () -> show(snapshot.fleet()));
      if (foreign(SHOWING)) {
        removeForeign(shownKeys(snapshot.fleet()));
        var _ = asking(SHOWING, () -> show(snapshot.fleet()));
      }
    }
    return current;
  }

  private Optional<Object> replace(Snapshot snapshot) {
    return asking(
        SAVING, () -> redis.eval(COMPARE_AND_SET, List.of(SNAPSHOT_KEY), List.of(snapshot.text())));
  }

  @Override
  public void discard() {
    var _ = asking("discarding the snapshot", () -> redis.del(SNAPSHOT_KEY));
  }

  /** Whether this was refused since something of another type stands in its place. */
  private boolean foreign(String what) {
    return refusals.getOrDefault(what, "").contains("WRONGTYPE");
  }

  /** The keys under which a fleet is shown, and their types. */
  private static Map<String, String> shownKeys(Fleet fleet) {
    Map<String, String> keys = new HashMap<>();
    fleet
        .zones()
        .values()
        .forEach(zone -> {
          keys.put(ZONE_PREFIX + zone.id(), "set");
          zone.servers().keySet().forEach(server -> keys.put(SERVER_PREFIX + server, "hash"));
        });
    return keys;
  }

  private void removeForeign(Map<String, String> keys) {
    keys.forEach((key, type) -> {
      String found = asking("looking", () -> redis.type(key)).orElse(type);
      if (!found.equals(type) && !found.equals("none")) {
        LOG.warn(
            "what stands under {} in Redis is none of ours ({}), and is taken away", key, found);
        var _ = asking("taking away what is none of ours", () -> redis.del(key));
      }
    });
  }

  private boolean show(Fleet fleet) {
    Map<ServerId, Map<String, String>> wanted = new HashMap<>();
    fleet
        .zones()
        .values()
        .forEach(zone -> zone.servers().forEach((id, server) -> wanted.put(id, fields(server))));
    try (Batch batch = new Batch(redis.pipelined())) {
      if (shown.isEmpty()) {
        hideStrangers(fleet, wanted.keySet(), batch);
      }
      shown.keySet().stream()
          .filter(id -> !wanted.containsKey(id))
          .forEach(id -> batch.hide(id.zone(), id.toString()));
      wanted.forEach((id, fields) -> {
        if (!fields.equals(shown.get(id))) {
          batch.show(id, fields);
        }
      });
      batch.send();
    }
    shown.clear();
    shown.putAll(wanted);
    return true;
  }

  private void hideStrangers(Fleet fleet, Set<ServerId> wanted, Batch batch) {
    Set<String> names = wanted.stream().map(ServerId::toString).collect(Collectors.toSet());
    for (ZoneId zone : fleet.zones().keySet()) {
      redis.smembers(ZONE_PREFIX + zone).stream()
          .filter(name -> !names.contains(name))
          .forEach(name -> batch.hide(zone, name));
    }
  }

  /**
   * What is to be written, many at a time: a fleet of thousands is two commands for each server.
   */
  private static final class Batch implements AutoCloseable {
    /** What Redis has to answer before it is sent more, so that neither side keeps much. */
    private static final int COMMANDS_MAX = 1_000;

    private final AbstractPipeline pipeline;
    private final List<Response<Long>> answers = new ArrayList<>();

    Batch(AbstractPipeline pipeline) {
      this.pipeline = pipeline;
    }

    void show(ServerId id, Map<String, String> fields) {
      added(
          pipeline.hset(SERVER_PREFIX + id, fields),
          pipeline.sadd(ZONE_PREFIX + id.zone(), id.toString()));
    }

    /**
     * Takes away what is shown of a server, or of what somebody put among them.
     *
     * @param name whatever stands there
     */
    void hide(ZoneId zone, String name) {
      added(pipeline.del(SERVER_PREFIX + name), pipeline.srem(ZONE_PREFIX + zone, name));
    }

    private void added(Response<Long> one, Response<Long> other) {
      answers.add(one);
      answers.add(other);
      if (answers.size() >= COMMANDS_MAX) {
        send();
      }
    }

    /**
     * Sends what is not sent yet, and waits for the answers.
     *
     * @throws JedisException if Redis does not answer, or refuses one of them
     */
    void send() {
      pipeline.sync();
      List<Response<Long>> all = List.copyOf(answers);
      answers.clear();
      all.forEach(Response::get);
    }

    @Override
    public void close() {
      pipeline.close();
    }
  }

  private static Map<String, String> fields(Server server) {
    return Map.of(
        "zone", server.id().zone().toString(),
        "address", server.address().toString(),
        "port", Integer.toString(Math.max(0, server.address().getPort())),
        "handle", server.handle(),
        "state", server.state().name().toLowerCase(Locale.ROOT));
  }

  @Override
  public Optional<String> trouble() {
    return trouble.get().or(() -> refusals.values().stream().findFirst());
  }

  private <T> Optional<T> asking(String what, Supplier<? extends @Nullable T> question) {
    try {
      T answer = question.get();
      answered();
      if (refusals.remove(what) != null) {
        LOG.info("Redis takes this again: {}", what);
      }
      return Optional.ofNullable(answer);
    } catch (JedisDataException refused) {
      answered();
      String problem = "%s failed: %s".formatted(what, refused.getMessage());
      if (!problem.equals(refusals.put(what, problem))) {
        LOG.warn("Redis refuses something; everything goes on without it: {}", problem);
      }
      forgetShown();
      return Optional.empty();
    } catch (JedisException failed) {
      String problem = "%s failed: %s".formatted(what, failed.getMessage());
      if (trouble.getAndSet(Optional.of(problem)).isEmpty()) {
        LOG.warn("Redis does not answer; everything goes on without it: {}", problem);
      }
      // It may come back empty.
      forgetShown();
      return Optional.empty();
    }
  }

  private void answered() {
    if (trouble.getAndSet(Optional.empty()).isPresent()) {
      LOG.info("Redis answers again");
    }
  }

  private synchronized void forgetShown() {
    shown.clear();
  }

  private static String script() {
    try (InputStream script =
        Objects.requireNonNull(
            RedisSnapshots.class.getResourceAsStream("compare-and-set.lua"),
            "compare-and-set.lua is part of the program")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
