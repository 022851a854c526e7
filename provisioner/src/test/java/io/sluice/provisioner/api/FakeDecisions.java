package io.sluice.provisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.Samples;
import io.sluice.provisioner.history.Span;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Knows one command, {@code zone1@7}, and what it was asked. */
final class FakeDecisions implements Decisions {
  static final ScaleCommand COMMAND = Samples.command("zone1@7", List.of("zone1-2"), List.of());

  /** Explanations wait for it. */
  final CountDownLatch gate = new CountDownLatch(1);

  final AtomicInteger explaining = new AtomicInteger();
  boolean slow;

  /** What was asked about commands last. */
  volatile Optional<CommandsQuestion> asked = Optional.empty();

  @Override
  public Finding commands(CommandsQuestion question) {
    asked = Optional.of(question);
    Optional<ZoneId> zone = question.zone();
    List<ScaleCommand> page =
        List.of(COMMAND, COMMAND, COMMAND).subList(0, Math.min(question.limit(), 3));
    return new Finding.Found(
        page.stream()
            .filter(command -> zone.isEmpty() || command.zone().equals(zone.get()))
            .toList(),
        page.size() == question.limit()
            ? Optional.of(new CommandsQuestion.Place(COMMAND.at(), COMMAND.id()))
            : Optional.empty());
  }

  @Override
  public Finding zones(Optional<ZoneId> zone, Instant at) {
    return new Finding.Found(Map.of("zone", zone.map(ZoneId::value).orElse("all"), "moment", at));
  }

  @Override
  public Finding series(ZoneId zone, Span span) {
    return new Finding.Found(
        Map.of("zone", zone, "from", span.from(), "to", span.to(), "step", span.step()));
  }

  @Override
  public Finding command(CommandId id) {
    return id.equals(COMMAND.id())
        ? new Finding.Found(COMMAND)
        : new Finding.Missing("command %s: there is none".formatted(id));
  }

  @Override
  public Finding explain(ZoneId zone, Optional<Instant> at) {
    if (slow) {
      explaining.incrementAndGet();
      try {
        gate.await();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException("interrupted", interrupted);
      } finally {
        explaining.decrementAndGet();
      }
    }
    return new Finding.Found(Map.of("zone", zone, "at", at.map(Instant::toString).orElse("now")));
  }

  @Override
  public Finding whatIf(JsonNode request) {
    return request.has("policy")
        ? new Finding.Found(Map.of("asked", request))
        : new Finding.Malformed(List.of(new Problem("policy", "missing", "a policy")));
  }
}
