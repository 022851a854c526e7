package io.sluice.topology.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.Evaluation;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RawRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stored journal, and the commands that each version of the decision rules gave for it. A rule or
 * a sentence that changes without a new version fails here. A new version gets a file and a digest
 * of its own: fold the journal with it once, as {@link #commands()} does, and store the lines
 * ({@code -Dgolden.write=true} does it, where there is no file), and then their digest here. What
 * only later versions know of stands in journals of their own.
 */
class GoldenFoldTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden-fold");
  private static final int VERSION = 9;
  private static final int FIRST_WITH_A_JOURNAL = 6;

  @BeforeAll
  static void aNewVersionIsStoredOnce() throws IOException {
    Path file = FOLDER.resolve("commands-" + VERSION + ".jsonl");
    if (Boolean.getBoolean("golden.write") && !Files.exists(file)) {
      Files.write(file, commands());
    }
  }

  @Test
  void thisVersionGivesTheCommandsThatItGaveWhenItWasReleased() throws IOException {
    assertThat(Decide.FOLD_VERSION).isEqualTo(VERSION);
    assertThat(commands()).containsExactlyElementsOf(stored(VERSION));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "fa-IR", "ne-NP", "tr-TR", "my-MM"})
  void theLanguageOfTheMachineChangesNoByte(String language) throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(language));
    try {
      assertThat(commands()).containsExactlyElementsOf(stored(VERSION));
      FleetEvent fact = journal(VERSION).getFirst().event();
      assertThat(CloudEvent.headers(fact, "id", "/test", 12).get(CloudEvent.SEQUENCE))
          .isEqualTo("0000000012".getBytes(UTF_8));
      assertThat(Policies.parse("test", "victims: least-loaded").victims())
          .isEqualTo(Victims.LEAST_LOADED);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void theStoredCommandsAreThoseThatWereStored() throws IOException {
    assertThat(digest(stored(3)))
        .isEqualTo("b773689573878ab4cd42b61820f9f9a8bb406de91a284aafd548a8f9265a39e9");
    assertThat(digest(stored(4)))
        .isEqualTo("ad22ce31f58d052e3b46990ccb5ba92d11463b87d623c964bf01fd0b09f4e324");
    assertThat(digest(stored(5)))
        .isEqualTo("033de9cd699b5fd9aa9ac0699c790d6436997a0ffcefd87a3d7c394383bf1503");
    assertThat(digest(stored(6)))
        .isEqualTo("5f1ff63f6b72b3582916e44eefe8c67906e5174af05b64f5bacda7cc31187d8d");
    assertThat(digest(stored(7)))
        .isEqualTo("33fe56d29df0c5b19b397bf0e9cfe8b51cae3aecb6a3262cb75617e358ec29ca");
    assertThat(digest(stored(8)))
        .isEqualTo("0eb1a29d8065cc78e705e5420ced09dbe065d85c9b88e528bf23b42988c32e10");
    assertThat(digest(stored(9)))
        .isEqualTo("32524998686444331767927ffffb56ccd22ee345272d6ca025b4b39cae5c1263");
  }

  /** It decides the same where nothing is used that it added, and names the engine as a source. */
  @Test
  void version8DecidesOnJournalsOfVersion7AsThatDid() throws IOException {
    List<String> before = stored(7);
    List<String> now = stored(8);

    assertThat(now.subList(0, before.size()).stream().map(line -> line.replace(" (engine)", "")))
        .containsExactlyElementsOf(
            before.stream()
                .map(line -> line.replace("\"foldVersion\":7", "\"foldVersion\":8"))
                .toList());
  }

  /**
   * It decides the same where no clock is ahead, no revision is missing, nothing is dry, and no
   * server of a new template is watched.
   */
  @Test
  void version9DecidesOnOtherJournalsThanItsOwnAsVersion8DidButBehindAClockThatWasAhead()
      throws IOException {
    assertThat(withoutJumps(unwatched(stored(9)).filter(line -> !line.contains("zone17"))))
        .containsExactlyElementsOf(
            withoutJumps(unwatched(stored(8))).stream()
                .map(line -> line.replace("\"foldVersion\":8", "\"foldVersion\":9"))
                .toList());
  }

  private static Stream<String> unwatched(List<String> commands) {
    return commands.stream().filter(line -> !line.contains("\"zone\":\"rolled\""));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 8})
  void theCommandsOfEarlierVersionsFollowFromTheirEvidence(int version) throws IOException {
    RecordedCommands recorded = RecordedCommands.of(recorded(version));
    Map<ZoneId, ZoneState> states = new TreeMap<>();
    int found = 0;
    for (JournalRecord entry : journal(version)) {
      ZoneId zone = entry.event().zone();
      Evaluation evaluation =
          Decide.evaluate(states.getOrDefault(zone, ZoneState.unknown(zone)), entry);
      Optional<ScaleCommand> given = recorded.command(new CommandId(zone, entry.offset()));
      if (given.isPresent()) {
        found++;
        assertThat(Testimony.objection(evaluation.known(), entry, given.get()))
            .as(given.get().toString())
            .isEmpty();
      }
      states.put(zone, recorded.told(evaluation, entry).after());
    }
    assertThat(found).isEqualTo(stored(version).size());
  }

  /** Those of all zones but the one whose journal has jumps of time. */
  private static List<String> withoutJumps(Stream<String> commands) {
    return commands.filter(line -> !line.contains("\"zone\":\"jumped\"")).toList();
  }

  /** The commands of the present rules, one a line. */
  private static List<String> commands() throws IOException {
    Map<ZoneId, ZoneState> states = new TreeMap<>();
    List<String> commands = new ArrayList<>();
    for (JournalRecord entry : journal(VERSION)) {
      ZoneState before = states.computeIfAbsent(entry.event().zone(), ZoneState::unknown);
      Decision decision = Decide.step(before, entry);
      states.put(entry.event().zone(), decision.after());
      decision
          .command()
          // Which time zones a Java has is its own, and none of the rules' business.
          .map(command -> command.withTimeZoneData(Optional.empty()))
          .ifPresent(command ->
              commands.add(new String(Topics.SCALE_COMMANDS.value().encode(command), UTF_8)));
    }
    return commands;
  }

  /**
   * What this version of the rules was released with: the first journal, and those named for it.
   */
  private static List<JournalRecord> journal(int version) throws IOException {
    List<JournalRecord> journal = new ArrayList<>(journal("journal.jsonl"));
    for (int later = FIRST_WITH_A_JOURNAL; later <= version; later++) {
      String name = "journal-" + later;
      try (Stream<Path> files = Files.list(FOLDER)) {
        for (Path file : files.sorted().toList()) {
          String found = file.getFileName().toString();
          if (found.equals(name + ".jsonl") || found.startsWith(name + "-")) {
            journal.addAll(journal(found));
          }
        }
      }
    }
    return journal;
  }

  private static List<JournalRecord> journal(String file) throws IOException {
    List<JournalRecord> journal = new ArrayList<>();
    for (String line : Files.readAllLines(FOLDER.resolve(file))) {
      JsonNode node = Json.mapper().readTree(line);
      FleetEvent event =
          Topics.FLEET_EVENT
              .decode(node.path("event").toString().getBytes(UTF_8))
              .orElseThrow(IllegalStateException::new);
      journal.add(
          new JournalRecord(
              node.path("offset").asLong(), Instant.parse(node.path("time").asText()), event));
    }
    return journal;
  }

  private static History recorded(int version) throws IOException {
    Tape tape = new Tape();
    for (String line : stored(version)) {
      ScaleCommand command =
          Topics.SCALE_COMMANDS
              .value()
              .decode(line.getBytes(UTF_8))
              .orElseThrow(IllegalStateException::new);
      tape.commands.add(
          new RawRecord(
              Tape.PARTITION,
              tape.commands.size(),
              command.at(),
              Topics.ZONE_KEY.encode(command.zone()),
              line.getBytes(UTF_8),
              new TreeMap<>()));
    }
    return tape;
  }

  private static List<String> stored(int version) throws IOException {
    return Files.readAllLines(FOLDER.resolve("commands-" + version + ".jsonl"));
  }

  private static String digest(List<String> lines) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      lines.forEach(line -> sha.update((line + "\n").getBytes(UTF_8)));
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException absent) {
      throw new AssertionError(absent);
    }
  }
}
