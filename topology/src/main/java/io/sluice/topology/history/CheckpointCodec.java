package io.sluice.topology.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.ZoneState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * How checkpoints are written: the state as compressed JSON, and in the headers of which fact it
 * is, so that whoever looks for one need not unpack the others.
 */
public final class CheckpointCodec {
  /** The header with the journal offset of the last fact in the state. */
  public static final String OFFSET = "sluice-offset";

  /** The header that says when the broker appended that fact, in milliseconds since 1970. */
  public static final String TIME = "sluice-time";

  /** The header that is there if the fact is the zone's first. */
  public static final String BEGINS = "sluice-begins";

  private static final JsonCodec<ZoneState> STATES = new JsonCodec<>(ZoneState.class);

  /** No state is larger: it would not fit into its store. */
  private static final int STATE_BYTES_MAX = 64 << 20;

  /**
   * What is known of a checkpoint before it is unpacked.
   *
   * @param place of the last fact in it
   * @param begins whether that is the zone's first fact
   */
  public record Head(Place place, boolean begins) {}

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

  /** The headers of a checkpoint behind this fact. */
  public static Map<String, byte[]> headers(JournalRecord last, boolean begins) {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    headers.put(OFFSET, Long.toString(last.offset()).getBytes(US_ASCII));
    headers.put(TIME, Long.toString(last.time().toEpochMilli()).getBytes(US_ASCII));
    if (begins) {
      headers.put(BEGINS, "true".getBytes(US_ASCII));
    }
    return headers;
  }

  /** What a record's headers say; empty if it is no checkpoint. */
  public static Optional<Head> head(RawRecord raw) {
    Optional<String> offset = raw.headers().value(OFFSET);
    Optional<String> time = raw.headers().value(TIME);
    if (offset.isEmpty() || time.isEmpty()) {
      return Optional.empty();
    }
    try {
      Place place =
          new Place(
              raw.partition(),
              Long.parseLong(offset.get()),
              Instant.ofEpochMilli(Long.parseLong(time.get())));
      return Optional.of(new Head(place, raw.headers().value(BEGINS).isPresent()));
    } catch (NumberFormatException forged) {
      return Optional.empty();
    }
  }

  /** The checkpoint in a record; empty if this release can't go on from it. */
  public static Optional<Checkpoint> decode(RawRecord raw) {
    byte[] value = raw.value();
    Optional<Head> head = head(raw);
    if (value == null || head.isEmpty()) {
      return Optional.empty();
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(value))) {
      if (STATES.decode(in.readNBytes(STATE_BYTES_MAX))
          instanceof Decoded.Value<ZoneState>(ZoneState state)) {
        boolean ours =
            state.progress().foldVersion() <= Decide.FOLD_VERSION
                && state.progress().stopped().isEmpty()
                && state.progress().offset() == head.get().place().offset();
        return ours ? Optional.of(new Checkpoint(state, head.get().place())) : Optional.empty();
      }
    } catch (IOException damaged) {
      // Somebody else wrote it: there are others, and the journal itself.
      return Optional.empty();
    }
    return Optional.empty();
  }
}
