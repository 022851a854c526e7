package io.sluice.provisioner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ProgressTest {
  /** Kafka's default for {@code offset.metadata.max.bytes}. */
  private static final int METADATA_BYTES_MAX = 4096;

  @Property
  void whatIsWrittenIsRead(
      @ForAll @LongRange(min = 0, max = 1L << 50) long next,
      @ForAll Set<@LongRange(min = 1, max = 1_000_000) Long> distances) {
    TreeSet<Long> ahead = new TreeSet<>();
    distances.forEach(distance -> ahead.add(next + distance));
    Progress progress = new Progress(next, ahead);

    assertThat(Progress.read(next, progress.metadata())).contains(progress);
  }

  @Test
  void metadataOfAnotherProgramIsToldFromOurs() {
    assertThat(Progress.read(5, "something else")).isEmpty();
    assertThat(Progress.read(5, "ahead:1,x")).isEmpty();
    assertThat(Progress.read(5, "")).contains(Progress.at(5));
  }

  @Test
  void theLargestMetadataFitsIntoWhatKafkaKeeps() {
    TreeSet<Long> ahead = new TreeSet<>();
    // A full book plus one poll's worth, each with a marker and a stranger's record in between.
    for (long i = 1; i <= Progress.AHEAD_MAX + 200; i++) {
      ahead.add(i * 3);
    }

    assertThat(new Progress(0, ahead).metadata()).hasSizeLessThan(METADATA_BYTES_MAX);
  }

  @Property
  void theOffsetNeverPassesACommandThatIsNotRecorded(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int commands) {
    Random random = new Random(seed);
    CommandOffsets book = new CommandOffsets(Map.of(0, Progress.at(0)));
    List<Long> open = new ArrayList<>();
    TreeSet<Long> recorded = new TreeSet<>();
    long offset = 0;
    for (int i = 0; i < commands; i++) {
      offset += 1 + random.nextInt(3);
      book.read(new Place(0, offset));
      open.add(offset);
      while (!open.isEmpty() && random.nextBoolean()) {
        long done = open.remove(random.nextInt(open.size()));
        book.done(new Place(0, done));
        recorded.add(done);
      }
      Progress progress = Objects.requireNonNull(book.progress().get(0));
      open.forEach(waiting -> {
        assertThat(progress.next()).isLessThanOrEqualTo(waiting);
        assertThat(progress.ahead()).doesNotContain(waiting);
      });
      recorded.forEach(
          done -> assertThat(done < progress.next() || progress.ahead().contains(done)).isTrue());
    }
  }

  @Test
  void aPartitionIsFullWhenTooManyCommandsStandBehindAnOpenOne() {
    CommandOffsets book = new CommandOffsets(Map.of(0, Progress.at(0), 1, Progress.at(0)));
    book.read(new Place(0, 0));
    for (long i = 1; i < Progress.AHEAD_MAX; i++) {
      assertThat(book.full()).isEmpty();
      book.read(new Place(0, i));
      book.done(new Place(0, i));
    }
    assertThat(book.full()).containsExactly(0);

    book.done(new Place(0, 0));
    book.takeChanged();

    assertThat(book.full()).isEmpty();
  }
}
