package io.sluice.topology.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.ZoneState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * How checkpoints are written: the state as compressed JSON, and in the headers of which fact it
 * is, so that whoever looks for one need not unpack the others. A digest of all of it shows a
 * change, and names the digest of the one that the same writer kept before it.
 */
public final class CheckpointCodec {
  /** The header with the journal offset of the last fact in the state. */
  public static final String OFFSET = "sluice-offset";

  /** The header that says when the broker appended that fact, in milliseconds since 1970. */
  public static final String TIME = "sluice-time";

  /** The header that is there if the fact is the zone's first. */
  public static final String BEGINS = "sluice-begins";

  /** The header with the name of the process that wrote it. */
  public static final String WRITER = "sluice-writer";

  /** The header with the how many-th of the zone it is that this writer wrote, from 1. */
  public static final String NUMBER = "sluice-number";

  /** The header with the digest of the one with the number before; 1 has none. */
  public static final String BEFORE = "sluice-before";

  /** The header with the digest of this one. */
  public static final String DIGEST = "sluice-digest";

  private static final JsonCodec<ZoneState> STATES = new JsonCodec<>(ZoneState.class);

  /** No state is larger: it would not fit into its store. */
  private static final int STATE_BYTES_MAX = 64 << 20;

  /**
   * A checkpoint's place among those that its writer kept of the zone.
   *
   * @param writer the process
   * @param number from 1
   * @param before the digest of the one before; empty: it is the first
   * @param digest its own
   */
  public record Link(String writer, long number, Optional<String> before, String digest) {}

  /**
   * What is known of a checkpoint before it is unpacked.
   *
   * @param place of the last fact in it
   * @param begins whether that is the zone's first fact
   * @param link its place among its writer's
   */
  public record Head(Place place, boolean begins, Link link) {}

  /** What a record of the topic is. */
  public sealed interface Reading {
    /**
     * A state from which this release can go on.
     *
     * @param checkpoint the state
     * @param head what its headers say
     */
    record Usable(Checkpoint checkpoint, Head head) implements Reading {}

    /**
     * A state of later decision rules.
     *
     * @param head what its headers say
     */
    record OfLaterRules(Head head) implements Reading {}

    /** One of the first release that kept any, which gave them no digest: nothing rests on it. */
    record Unsealed() implements Reading {}

    /**
     * What is none, or not as it was written.
     *
     * @param problem what is wrong with it
     */
    record Damaged(String problem) implements Reading {}
  }

  private CheckpointCodec() {}

  /** The state, packed. */
  public static byte[] encode(ZoneState state) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(STATES.encode(state));
    } catch (IOException impossible) {
      throw new UncheckedIOException("memory can be written to", impossible);
    }
    return packed.toByteArray();
  }

  /** The state as it stands in a checkpoint, for comparing two of them. */
  public static byte[] unpacked(ZoneState state) {
    return STATES.encode(state);
  }

  /**
   * The link of a checkpoint behind this fact.
   *
   * @param before its writer's last one of the zone; empty: it has written none
   * @param packed the state
   */
  public static Link link(
      String writer, Optional<Link> before, JournalRecord last, boolean begins, byte[] packed) {
    long number = before.map(Link::number).orElse(0L) + 1;
    Link unsealed = new Link(writer, number, before.map(Link::digest), "");
    Place place = new Place(0, last.offset(), last.time());
    return new Link(
        writer,
        number,
        unsealed.before(),
        digest(last.event().zone(), place, begins, unsealed, packed));
  }

  /** The headers of a checkpoint behind this fact. */
  public static Map<String, byte[]> headers(JournalRecord last, boolean begins, Link link) {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    headers.put(OFFSET, Long.toString(last.offset()).getBytes(US_ASCII));
    headers.put(TIME, Long.toString(last.time().toEpochMilli()).getBytes(US_ASCII));
    if (begins) {
      headers.put(BEGINS, "true".getBytes(US_ASCII));
    }
    headers.put(WRITER, link.writer().getBytes(US_ASCII));
    headers.put(NUMBER, Long.toString(link.number()).getBytes(US_ASCII));
    link.before().ifPresent(digest -> headers.put(BEFORE, digest.getBytes(US_ASCII)));
    headers.put(DIGEST, link.digest().getBytes(US_ASCII));
    return headers;
  }

  /** What a record's headers say; empty if it is no checkpoint. */
  public static Optional<Head> head(RawRecord raw) {
    RecordHeaders headers = raw.headers();
    Optional<String> offset = headers.value(OFFSET);
    Optional<String> time = headers.value(TIME);
    Optional<String> writer = headers.value(WRITER);
    Optional<String> number = headers.value(NUMBER);
    Optional<String> digest = headers.value(DIGEST);
    if (offset.isEmpty()
        || time.isEmpty()
        || writer.isEmpty()
        || number.isEmpty()
        || digest.isEmpty()) {
      return Optional.empty();
    }
    try {
      Place place =
          new Place(
              raw.partition(),
              Long.parseLong(offset.get()),
              Instant.ofEpochMilli(Long.parseLong(time.get())));
      Link link =
          new Link(writer.get(), Long.parseLong(number.get()), headers.value(BEFORE), digest.get());
      return Optional.of(new Head(place, headers.value(BEGINS).isPresent(), link));
    } catch (NumberFormatException forged) {
      return Optional.empty();
    }
  }

  /** Reads a record of the topic. */
  public static Reading read(RawRecord raw) {
    byte[] value = raw.value();
    Head head = head(raw).orElse(null);
    if (value != null && isUnsealed(raw.headers())) {
      return new Reading.Unsealed();
    }
    if (value == null || head == null) {
      return new Reading.Damaged("a record without the headers and the value of a checkpoint");
    }
    if (!(Topics.CHECKPOINTS.key().decode(key(raw))
        instanceof Decoded.Value<ZoneId>(ZoneId zone))) {
      return new Reading.Damaged("its key is no zone");
    }
    if (!digest(zone, head.place(), head.begins(), head.link(), value)
        .equals(head.link().digest())) {
      return new Reading.Damaged("it has another digest than it says");
    }
    Optional<ZoneState> state = state(value);
    if (state.isEmpty()) {
      return new Reading.Damaged("there is no state in it that this release can read");
    }
    return of(state.get(), zone, head);
  }

  private static boolean isUnsealed(RecordHeaders headers) {
    return headers.value(OFFSET).isPresent()
        && headers.value(TIME).isPresent()
        && headers.value(WRITER).isEmpty()
        && headers.value(DIGEST).isEmpty();
  }

  private static Reading of(ZoneState state, ZoneId zone, Head head) {
    if (state.progress().foldVersion() > Decide.FOLD_VERSION) {
      return new Reading.OfLaterRules(head);
    }
    if (!state.zone().id().equals(zone)) {
      return new Reading.Damaged(
          Sentence.of("it is of zone %s, and its key says %s", state.zone().id(), zone));
    }
    if (state.progress().stopped().isPresent()
        || state.progress().offset() != head.place().offset()) {
      return new Reading.Damaged(
          Sentence.of(
              "its state is of journal offset %d, and its headers say %d",
              state.progress().offset(), head.place().offset()));
    }
    return new Reading.Usable(new Checkpoint(state, head.place(), head.begins()), head);
  }

  private static Optional<ZoneState> state(byte[] packed) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return STATES.decode(in.readNBytes(STATE_BYTES_MAX))
              instanceof Decoded.Value<ZoneState>(ZoneState state)
          ? Optional.of(state)
          : Optional.empty();
    } catch (IOException damaged) {
      return Optional.empty();
    }
  }

  private static byte[] key(RawRecord raw) {
    byte @Nullable [] key = raw.key();
    return key == null ? new byte[0] : key;
  }

  /** Of all that a checkpoint says, in one order, each field ended by what no field holds. */
  private static String digest(ZoneId zone, Place place, boolean begins, Link link, byte[] packed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String said =
          Sentence.of(
              "%s\n%d\n%d\n%s\n%s\n%d\n%s\n",
              zone,
              place.offset(),
              place.time().toEpochMilli(),
              begins,
              link.writer(),
              link.number(),
              link.before().orElse(""));
      digest.update(said.getBytes(US_ASCII));
      return HexFormat.of().formatHex(digest.digest(packed));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
