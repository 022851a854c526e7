package io.sluice.compose.decisions;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.compose.whatif.HistoryWhatIf;
import io.sluice.compose.whatif.Progress;
import io.sluice.provisioner.api.CommandsQuestion;
import io.sluice.provisioner.api.Decisions;
import io.sluice.provisioner.history.Span;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Explanation;
import io.sluice.topology.audit.NewestCommands;
import io.sluice.topology.audit.RecordedCommands;
import io.sluice.topology.audit.Replay;
import io.sluice.topology.audit.Series;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * What a cluster's history tells about its decisions. Every question reads the history once more,
 * so that nothing of it is held between questions.
 */
public final class RecordedDecisions implements Decisions {
  private final History history;

  /** Answers from this history; nothing is read yet. */
  public RecordedDecisions(History history) {
    this.history = history;
  }

  /**
   * An explanation for programs and for people.
   *
   * @param command the command that came of it, if one did and was asked about
   */
  private record Explained(
      Optional<ScaleCommand> command, Explanation explanation, List<String> sentences) {
    static Explained of(Optional<ScaleCommand> command, Explanation explanation) {
      return new Explained(command, explanation, explanation.sentences());
    }
  }

  /**
   * A zone as it was.
   *
   * @param moment the time that was asked for
   * @param place where in the journal the zone was by then
   * @param desired how many servers it was to have
   */
  private record Then(@JsonUnwrapped Zone zone, Instant moment, Place place, int desired) {}

  @Override
  public Finding commands(CommandsQuestion question) {
    return asking(() -> {
      List<ScaleCommand> found =
          NewestCommands.of(
              history,
              new NewestCommands.Wanted(
                  question.zone(),
                  question.from(),
                  question.to(),
                  question.before().map(place -> new NewestCommands.Place(place.at(), place.id())),
                  false),
              question.limit());
      return new Finding.Found(
          found,
          found.size() < question.limit()
              ? Optional.empty()
              : Optional.of(
                  new CommandsQuestion.Place(found.getLast().at(), found.getLast().id())));
    });
  }

  @Override
  public Finding command(CommandId id) {
    return asking(() -> {
      Optional<ScaleCommand> command = RecordedCommands.find(history, id);
      return command.isEmpty()
          ? new Finding.Missing(
              "command %s: there is none; /v1/commands?zone=%s lists those that there are"
                  .formatted(id, id.zone()))
          : finding(Explanation.of(history, id), command);
    });
  }

  @Override
  public Finding explain(ZoneId zone, Optional<Instant> at) {
    return asking(
        // Without a time the last observation that there is, whatever clocks said of the others.
        () -> finding(Explanation.of(history, zone, at.orElse(Instant.MAX)), Optional.empty()));
  }

  @Override
  public Finding zones(Optional<ZoneId> zone, Instant at) {
    return asking(() -> {
      Replay.Result result =
          zone.isPresent()
              ? Replay.at(history, Passage.of(zone.get()), at)
              : Replay.at(history, at);
      return switch (result) {
        case Replay.Result.NotFound(String sentence) -> new Finding.Missing(sentence);
        case Replay.Result.Moment moment -> {
          List<Then> then = new ArrayList<>();
          moment
              .places()
              .forEach((id, place) -> {
                ZoneState state = moment.zone(id);
                // As in the list of now, those that were gone by then are only told of by name.
                if (zone.isPresent() || !state.zone().life().retired()) {
                  then.add(new Then(state.zone(), at, place, state.desired()));
                }
              });
          yield new Finding.Found(zone.isPresent() ? then.getFirst() : then);
        }
      };
    });
  }

  @Override
  public Finding series(ZoneId zone, Span span) {
    return asking(
        () -> new Finding.Found(Series.of(history, zone, span.from(), span.to(), span.step())));
  }

  private static Finding finding(Explanation.Result result, Optional<ScaleCommand> command) {
    return switch (result) {
      case Explanation.Result.Explained(Explanation explanation) ->
          new Finding.Found(Explained.of(command, explanation));
      case Explanation.Result.NotFound(String sentence) -> new Finding.Missing(sentence);
    };
  }

  @Override
  public Finding whatIf(JsonNode request) {
    return asking(() -> {
      WhatIfQuestion question = WhatIfQuestion.read(request);
      return new Finding.Found(
          new HistoryWhatIf(history)
              .compare(
                  question.policies(),
                  question.stretch(),
                  question.model(),
                  RecordedDecisions::endingWithTheThread)
              .report());
    });
  }

  private static Finding asking(Supplier<Finding> question) {
    try {
      return question.get();
    } catch (ConfigException malformed) {
      return new Finding.Malformed(malformed.problems());
    } catch (UnreachableException unreachable) {
      return new Finding.Unavailable(String.valueOf(unreachable.getMessage()));
    }
  }

  /** Progress that nobody looks at, but that ends a run whose thread was interrupted. */
  private static Progress.Task endingWithTheThread(String task, long size) {
    return new Progress.Task() {
      @Override
      public void step(long more) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException(task + " was given up");
        }
      }

      @Override
      public void close() {
        // Nothing was opened.
      }
    };
  }
}
