package io.sluice.topology.audit;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.history.RawRecord;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A record of the commands' topic. */
sealed interface Recorded {
  /** Its offset in its partition. */
  long offset();

  /**
   * A command, kept as the bytes that it is.
   *
   * @param offset its offset in its partition
   * @param id its id
   * @param at the broker's time of its cause
   * @param foldVersion the decision rules that gave it
   * @param value its bytes
   */
  // An array in a record is compared by identity; nobody compares these.
  @SuppressWarnings("ArrayRecordComponent")
  record Given(long offset, CommandId id, Instant at, int foldVersion, byte[] value)
      implements Recorded {
    /** Whether this release's rules gave it, so that they must give it again. */
    boolean ours() {
      return foldVersion == Decide.FOLD_VERSION;
    }

    ScaleCommand command() {
      return Topics.SCALE_COMMANDS.value().decode(value).orElseThrow(IllegalStateException::new);
    }
  }

  /**
   * What is no command.
   *
   * @param offset its offset in its partition
   * @param text what stands there, as far as it is text
   * @param problem what is wrong with it
   */
  record Unreadable(long offset, String text, String problem) implements Recorded {}

  /** Reads a record. */
  static Recorded of(RawRecord raw) {
    byte[] value = raw.value();
    if (value == null) {
      return new Unreadable(raw.offset(), "", "a record without a value: expected a command");
    }
    return switch (Topics.SCALE_COMMANDS.value().decode(value)) {
      case Decoded.Value<ScaleCommand>(ScaleCommand command) -> given(raw, value, command);
      case Decoded.UnknownType<ScaleCommand>(String type) ->
          new Unreadable(raw.offset(), Texts.of(value), Sentence.of("unknown type '%s'", type));
      case Decoded.Malformed<ScaleCommand>(String problem) ->
          new Unreadable(raw.offset(), Texts.of(value), problem);
    };
  }

  private static Recorded given(RawRecord raw, byte[] value, ScaleCommand command) {
    if (!command.zone().equals(command.id().zone())) {
      return new Unreadable(
          raw.offset(),
          Texts.of(value),
          Sentence.of("command %s of zone '%s': expected one zone", command.id(), command.zone()));
    }
    if (!Arrays.equals(Topics.ZONE_KEY.encode(command.zone()), key(raw))) {
      return new Unreadable(
          raw.offset(),
          Texts.of(value),
          Sentence.of(
              "key '%s': expected the command's zone '%s'", Texts.of(key(raw)), command.zone()));
    }
    return new Given(raw.offset(), command.id(), command.at(), command.foldVersion(), value);
  }

  private static byte[] key(RawRecord raw) {
    byte @Nullable [] key = raw.key();
    return key == null ? new byte[0] : key;
  }
}
