package io.sluice.topology.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Verdict.Difference;
import io.sluice.topology.audit.Verdict.Verified;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.Journals;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.RawRecord;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class AuditPropertyTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final int TRIES = 300;
  private static final int OTHER_RULES = Decide.FOLD_VERSION + 1000;

  @Provide
  Arbitrary<List<JournalRecord>> journals() {
    return Journals.any();
  }

  @Property(tries = TRIES)
  void honestHistoriesAreVerified(@ForAll("journals") List<JournalRecord> random) {
    Tape tape = Tape.honest(random);

    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> {
              assertThat(verified.counts().records()).isEqualTo(tape.journal.size());
              assertThat(verified.counts().ofCommands().recomputed())
                  .isEqualTo(tape.commands.size());
              assertThat(verified.counts().ofCheckpoints())
                  .isEqualTo(
                      new Counts.Checkpoints(tape.checkpoints.size(), tape.checkpoints.size()));
            });
  }

  @Property(tries = TRIES)
  void anyFactThatIsGoneIsMissed(
      @ForAll("journals") List<JournalRecord> random, @ForAll @IntRange(max = 999) int permille) {
    Tape tape = Tape.honest(random);
    int index = index(tape.journal, permille);
    if (index < 0 || !tape.goesOnAfter(index)) {
      return;
    }
    tape.journal.remove(index);

    assertThat(Audit.of(tape, false)).isInstanceOf(Difference.class);
  }

  @Property(tries = TRIES)
  void anyCommandThatIsGoneIsMissed(
      @ForAll("journals") List<JournalRecord> random, @ForAll @IntRange(max = 999) int permille) {
    Tape tape = Tape.honest(random);
    int index = index(tape.commands, permille);
    if (index < 0) {
      return;
    }
    boolean last = index == tape.commands.size() - 1;
    tape.commands.remove(index);

    assertThat(Audit.of(tape, true)).isInstanceOf(Difference.class);
    if (!last) {
      assertThat(Audit.of(tape, false)).isInstanceOf(Difference.class);
    }
  }

  @Property(tries = TRIES)
  void anyCommandThatIsThereTwiceIsNoticed(
      @ForAll("journals") List<JournalRecord> random,
      @ForAll @IntRange(max = 999) int from,
      @ForAll @IntRange(max = 999) int to) {
    Tape tape = Tape.honest(random);
    if (tape.commands.isEmpty()) {
      return;
    }
    tape.commands.add(index(tape.commands, to), tape.commands.get(index(tape.commands, from)));

    assertThat(Audit.of(tape, false)).isInstanceOf(Difference.class);
  }

  @Property(tries = TRIES)
  void anyTwoCommandsInTheWrongOrderAreNoticed(
      @ForAll("journals") List<JournalRecord> random, @ForAll @IntRange(max = 999) int permille) {
    Tape tape = Tape.honest(random);
    int index = index(tape.commands, permille);
    if (index < 1) {
      return;
    }
    Collections.swap(tape.commands, index - 1, index);

    assertThat(Audit.of(tape, false)).isInstanceOf(Difference.class);
  }

  @Property(tries = TRIES)
  void anyCommandThatIsAlteredIsNoticed(
      @ForAll("journals") List<JournalRecord> random, @ForAll @IntRange(max = 999) int permille) {
    Tape tape = Tape.honest(random);
    int index = index(tape.commands, permille);
    if (index < 0) {
      return;
    }
    byte[] value = Tape.value(tape.commands.get(index)).clone();
    // Some byte that is not the form of the JSON: the text of the reason.
    String text = new String(value, java.nio.charset.StandardCharsets.UTF_8);
    int place = text.indexOf("\"sentence\":\"") + "\"sentence\":\"".length();
    value[place] = (byte) (value[place] == 'x' ? 'y' : 'x');
    tape.put(index, value);

    assertThat(Audit.of(tape, false))
        .isInstanceOfSatisfying(
            Difference.class,
            difference -> assertThat(difference.kind()).isEqualTo(Verdict.Kind.ALTERED));
  }

  @Property(tries = TRIES)
  void theVerdictIsTheSameFromAnyKnownState(
      @ForAll("journals") List<JournalRecord> random,
      @ForAll @IntRange(max = 999) int permille,
      @ForAll boolean tampered) {
    Tape tape = Tape.honest(random);
    int split = index(tape.journal, permille);
    if (split < 0) {
      return;
    }
    Audit audit = Audit.from(Map.of(ZONE, start(tape, split)));
    long after = tape.journal.get(split).offset();
    boolean wrong = false;
    if (tampered
        && !tape.commands.isEmpty()
        && tape.command(tape.commands.size() - 1).id().offset() > after) {
      tape.change(tape.commands.size() - 1, AuditPropertyTest::oneMore);
      wrong = true;
    }
    tape.commands.forEach(audit::command);
    tape.journal.subList(split + 1, tape.journal.size()).forEach(audit::fact);

    assertThat(audit.finish(true)).isInstanceOf(wrong ? Difference.class : Verified.class);
    assertThat(Audit.of(tape, true)).isInstanceOf(wrong ? Difference.class : Verified.class);
  }

  @Property(tries = TRIES)
  void commandsOfOtherRulesAreVerifiedFromTheirEvidence(
      @ForAll("journals") List<JournalRecord> random, @ForAll @IntRange(max = 1000) int permille) {
    Tape tape = Tape.honest(random);
    int old = tape.commands.size() * permille / 1000;
    for (int i = 0; i < old; i++) {
      tape.change(i, AuditPropertyTest::ofOtherRules);
    }

    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> {
              assertThat(verified.counts().ofCommands().fromEvidence()).isEqualTo(old);
              assertThat(verified.counts().ofCommands().recomputed())
                  .isEqualTo(tape.commands.size() - old);
            });
  }

  private static Audit.Start start(Tape tape, int split) {
    ZoneState state = ZoneState.unknown(ZONE);
    for (RawRecord raw : tape.journal.subList(0, split + 1)) {
      FleetEvent event =
          JournalReader.read(raw.key(), raw.value()).orElseThrow(IllegalStateException::new);
      state = Decide.step(state, new JournalRecord(raw.offset(), raw.time(), event)).after();
    }
    return new Audit.Start(state, tape.journal.get(split).offset());
  }

  private static ScaleCommand oneMore(ScaleCommand command) {
    return with(command, command.to() + 1, command.foldVersion());
  }

  private static ScaleCommand ofOtherRules(ScaleCommand command) {
    return with(command, command.to(), OTHER_RULES);
  }

  static ScaleCommand with(ScaleCommand command, int to, int foldVersion) {
    return copy(command, command.id(), to, foldVersion);
  }

  static ScaleCommand withId(ScaleCommand command, CommandId id) {
    return copy(command, id, command.to(), command.foldVersion());
  }

  private static ScaleCommand copy(ScaleCommand command, CommandId id, int to, int foldVersion) {
    return new ScaleCommand(
        id,
        command.zone(),
        command.at(),
        command.cause(),
        command.policyRevision(),
        command.from(),
        to,
        command.start(),
        command.stop(),
        command.reason(),
        command.evidence(),
        command.dryRun(),
        foldVersion);
  }

  private static int index(List<?> list, int permille) {
    return list.isEmpty() ? -1 : list.size() * permille / 1000;
  }
}
