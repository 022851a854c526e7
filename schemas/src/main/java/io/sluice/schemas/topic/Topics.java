package io.sluice.schemas.topic;

import io.sluice.schemas.codec.Codec;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.codec.TextCodec;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FactCodec;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.leadership.Heartbeat;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.secret.SecretVersion;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topic.Cleanup;
import io.sluice.schemas.vault.SealedSecret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The catalogue of all topics. Nobody else writes a topic's name. */
public final class Topics {
  /** Keys that name a zone. */
  public static final Codec<ZoneId> ZONE_KEY = new TextCodec<>(ZoneId::new);

  /** Keys that name a server. */
  public static final Codec<ServerId> SERVER_KEY = new TextCodec<>(ServerId::of);

  /** Values of the journal. */
  public static final Codec<FleetEvent> FLEET_EVENT = FactCodec.INSTANCE;

  /**
   * What servers measure, written by the servers or by a sampler; soft. Balancers' {@link
   * #BALANCER_METRICS} lie there, too.
   */
  public static final Topic<ServerId, ServerMetrics> METRICS =
      new Topic<>(
          "metrics",
          SERVER_KEY,
          new JsonCodec<>(ServerMetrics.class),
          true,
          Cleanup.DELETE,
          Optional.of(Duration.ofHours(24)));

  /** What balancers measure of a zone: other records of the same topic, under the zone's key. */
  public static final Topic<ZoneId, BalancerMetrics> BALANCER_METRICS =
      new Topic<>(
          METRICS.name(),
          ZONE_KEY,
          new JsonCodec<>(BalancerMetrics.class),
          true,
          Cleanup.DELETE,
          METRICS.retention());

  /** The facts, in one order per zone; everything else follows from it. */
  public static final Topic<ZoneId, FleetEvent> JOURNAL =
      new Topic<>("journal", ZONE_KEY, FLEET_EVENT, true, Cleanup.DELETE, Optional.empty());

  /** The decisions. */
  public static final Topic<ZoneId, ScaleCommand> SCALE_COMMANDS =
      new Topic<>(
          "scale-commands",
          ZONE_KEY,
          new JsonCodec<>(ScaleCommand.class),
          true,
          Cleanup.DELETE,
          Optional.empty());

  /**
   * States of zones as they were decided on, so that the past can be told without folding all of
   * it; everything in them follows from the journal.
   */
  public static final Topic<ZoneId, byte[]> CHECKPOINTS =
      new Topic<>(
          "sluice-checkpoints",
          ZONE_KEY,
          RawCodec.INSTANCE,
          true,
          Cleanup.DELETE,
          Optional.empty());

  /**
   * The values of secrets, sealed: of each as many versions as are needed. What is in it can be
   * read by nobody but the monitors, which hold the keys.
   */
  public static final Topic<SecretVersion, SealedSecret> SECRETS =
      new Topic<>(
          "secrets",
          new TextCodec<>(SecretVersion::of),
          new JsonCodec<>(SealedSecret.class),
          false,
          Cleanup.COMPACT,
          Optional.empty());

  /** Records that nobody can read, as they were; headers say where they stood and what is wrong. */
  public static final Topic<byte[], byte[]> DEAD_LETTERS =
      new Topic<>(
          "dead-letters",
          RawCodec.INSTANCE,
          RawCodec.INSTANCE,
          false,
          Cleanup.DELETE,
          Optional.of(Duration.ofDays(7)));

  /** Heartbeats of the leader; soft. */
  public static final Topic<MonitorId, Heartbeat> LEADERSHIP =
      new Topic<>(
          "leadership",
          new TextCodec<>(Topics::monitor),
          new JsonCodec<>(Heartbeat.class),
          false,
          Cleanup.DELETE,
          Optional.of(Duration.ofHours(1)));

  /**
   * Says by being there that the history in this Kafka was imported: its fleet is elsewhere or no
   * more, so no cluster may start on it. It holds no records.
   */
  public static final Topic<byte[], byte[]> IMPORTED_HISTORY =
      new Topic<>(
          "imported-history",
          RawCodec.INSTANCE,
          RawCodec.INSTANCE,
          false,
          Cleanup.DELETE,
          Optional.empty());

  private static final String MEMBERSHIP_PREFIX = "membership.";
  private static final String RETIRED_SUFFIX = ".retired";
  private static final Codec<Member> MEMBER = new JsonCodec<>(Member.class);

  private Topics() {}

  /** The servers that the zone's balancer may know; a tombstone says that one is gone. */
  public static Topic<ServerId, Member> membership(ZoneId zone) {
    return new Topic<>(
        MEMBERSHIP_PREFIX + zone, SERVER_KEY, MEMBER, false, Cleanup.COMPACT, Optional.empty());
  }

  /** Whose membership is in the topic of this name; empty: it is no membership topic. */
  public static Optional<ZoneId> zoneOfMembership(String topic) {
    if (!topic.startsWith(MEMBERSHIP_PREFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ZoneId(topic.substring(MEMBERSHIP_PREFIX.length())));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  /**
   * Says by being there that the zone is retired, whose membership topic stays for its history. It
   * holds no records.
   */
  public static Topic<byte[], byte[]> retired(ZoneId zone) {
    return new Topic<>(
        MEMBERSHIP_PREFIX + zone + RETIRED_SUFFIX,
        RawCodec.INSTANCE,
        RawCodec.INSTANCE,
        false,
        Cleanup.DELETE,
        Optional.empty());
  }

  /** Which zone the topic of this name says is retired; empty: it says nothing of that kind. */
  public static Optional<ZoneId> zoneOfRetired(String topic) {
    return topic.endsWith(RETIRED_SUFFIX)
        ? zoneOfMembership(topic.substring(0, topic.length() - RETIRED_SUFFIX.length()))
        : Optional.empty();
  }

  /** The topics that every cluster has, whatever its zones. */
  public static List<Topic<?, ?>> common() {
    return List.of(
        METRICS, JOURNAL, SCALE_COMMANDS, CHECKPOINTS, SECRETS, LEADERSHIP, DEAD_LETTERS);
  }

  private static MonitorId monitor(String text) {
    try {
      return new MonitorId(Integer.parseInt(text));
    } catch (NumberFormatException malformed) {
      throw new IllegalArgumentException(
          Sentence.of("monitor id '%s': expected a number from 1", Sentence.shown(text)),
          malformed);
    }
  }
}
