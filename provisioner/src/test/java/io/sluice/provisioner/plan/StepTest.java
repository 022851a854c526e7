package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.journal;
import static io.sluice.provisioner.Samples.life;
import static io.sluice.provisioner.Samples.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepTest {
  private static final ServerId ONE = server("zone1-1");
  private static final ServerId TWO = server("zone1-2");

  private final OptimisticView view =
      new OptimisticView(
          journal(life("zone1-1", ServerState.STARTING), life("zone1-2", ServerState.STARTING)));
  private final Outcome.Draft draft = new Outcome.Draft();
  private final Step step =
      new Step(
          view,
          new SecretShelf(Secrets.NONE),
          Provisioner.TERMS,
          new Moment(new Ticks(0), Samples.NOW),
          draft);

  @Test
  void whatThrowsTellsNothingAndBeginsNothingAndLeavesAllElse() {
    List<Throwable> troubles = new ArrayList<>();
    step.tell(ready(ONE));
    Fleet before = step.view();

    step.isolated(
        () -> {
          step.tell(ready(TWO));
          step.draft().effect(new Effect.Stop(TWO, Duration.ZERO));
          step.draft().warn("half done");
          throw new IllegalStateException("in the middle of it");
        },
        troubles::add);

    assertThat(troubles).singleElement().isInstanceOf(IllegalStateException.class);
    assertThat(step.view()).isEqualTo(before);
    assertThat(step.tell(ready(TWO))).isTrue();
    Outcome outcome = draft.done(Map.of());
    assertThat(outcome.facts()).containsExactly(ready(ONE), ready(TWO));
    assertThat(outcome.effects()).isEmpty();
    assertThat(outcome.notes()).isEmpty();
  }

  @Test
  void aStackThatOverflowsIsTheOwnersTroubleToo() {
    List<Throwable> troubles = new ArrayList<>();

    step.isolated(StepTest::forEver, troubles::add);

    assertThat(troubles).singleElement().isInstanceOf(StackOverflowError.class);
  }

  @SuppressWarnings("InfiniteRecursion")
  private static void forEver() {
    forEver();
  }

  @Test
  void aFactOfOursThatIsReadBackInItsTurnLeavesTheViewAsItIs() {
    step.tell(ready(ONE));
    step.tell(ready(TWO));
    view.recorded(List.of(new Place(0, 7), new Place(0, 9)));
    Fleet known = view.view();

    view.read(0, new JournalRecord(7, Samples.NOW, ready(ONE)));

    assertThat(view.view()).isSameAs(known);
    assertThat(view.journal().fleet()).isNotEqualTo(known);
    view.read(0, new JournalRecord(9, Samples.NOW, ready(TWO)));
    assertThat(view.journal().fleet()).isEqualTo(known).isSameAs(view.view());
  }

  @Test
  void whatSomebodyElseTellsInBetweenIsWorkedInBeforeOurs() {
    step.tell(ready(ONE));
    view.recorded(List.of(new Place(0, 7)));

    view.read(
        0, new JournalRecord(5, Samples.NOW, new ServerReported(ONE.zone(), Samples.NOW, ONE, "")));

    assertThat(view.view().server(ONE).orElseThrow().state()).isEqualTo(ServerState.DEAD);
  }

  private static FleetEvent ready(ServerId server) {
    return new ServerReady(server.zone(), Samples.NOW, server);
  }
}
