package io.sluice.topology.audit;

import io.sluice.schemas.command.Evidence.Backoff;
import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.event.Counted;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.text.Sentence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An explanation as sentences. */
final class Sentences {
  private Sentences() {}

  static List<String> of(Explanation told) {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        Sentence.of(
            "%s@%d, %s: %s, weighed by policy revision %d",
            told.zone(), told.offset(), told.time(), told.fact(), told.policyRevision()));
    sentences.add(seen(told));
    if (!told.missing().isEmpty()) {
      int count = told.counted().map(Counted::missing).orElse(0);
      sentences.add(Sentence.of("missing: %s did not report", listed(told.missing(), count)));
    }
    if (!told.warming().isEmpty()) {
      int count = told.counted().map(Counted::warming).orElse(0);
      sentences.add(Sentence.of("warming up, not counted yet: %s", listed(told.warming(), count)));
    }
    for (Wish wish : told.wishes()) {
      sentences.add(
          Sentence.of(
              "rule %s wishes for %d%s: %s",
              wish.rule(),
              wish.servers(),
              wish.forecastOnly() ? " (recorded only, does not count)" : "",
              wish.sentence()));
    }
    sentences.add(
        told.wishes().isEmpty()
            ? Sentence.of("no rule was asked: the number so far is %d", told.raw())
            : Sentence.of("largest wish: %d", told.raw()));
    for (Limit limit : told.limiters()) {
      sentences.add(
          Sentence.of(
              "limiter %s: %d to %d: %s",
              limit.limiter(), limit.before(), limit.after(), limit.sentence()));
    }
    told.backoff().map(Sentences::waiting).ifPresent(sentences::add);
    sentences.add(outcome(told));
    sentences.add("because: " + told.reason().sentence());
    return sentences;
  }

  private static String seen(Explanation told) {
    return Sentence.of(
        "load: %s; %d of %s reported",
        told.load().isEmpty() ? "none" : load(told.load(), told.reporting()),
        told.reporting(),
        told.ready() == 1 ? "1 ready server" : told.ready() + " ready servers");
  }

  private static String load(Map<Metric, Mean> load, int reporting) {
    return load.entrySet().stream()
        .map(entry -> entry.getKey() + " " + mean(entry.getValue(), reporting))
        .collect(Collectors.joining(", "));
  }

  /** A mean that not all stand behind that reported anything says so. */
  private static String mean(Mean mean, int reporting) {
    if (mean.byBalancers()) {
      return number(mean.value()) + " (balancer)";
    }
    return mean.servers() == reporting
        ? number(mean.value())
        : Sentence.of("%s (of %s only)", number(mean.value()), servers(mean.servers()));
  }

  private static String waiting(Backoff backoff) {
    return Sentence.of(
        "%s waited for, none started before %s: %d in a row failed early",
        servers(backoff.servers()), backoff.notBefore(), backoff.failures());
  }

  private static String outcome(Explanation told) {
    String number =
        told.from() == told.to()
            ? "stays at " + servers(told.to())
            : Sentence.of("from %d to %s", told.from(), servers(told.to()));
    String command =
        told.command()
            .map(id ->
                Sentence.of(
                    "command %s%s", id, told.recorded() ? "" : ", which is not recorded yet"))
            .orElse("no command");
    return Sentence.of(
        "outcome: %s%s%s; %s",
        number,
        told.start().isEmpty() ? "" : ", starts " + listed(told.start()),
        told.stop().isEmpty() ? "" : ", stops " + listed(told.stop()),
        command);
  }

  private static String listed(List<ServerId> servers) {
    return servers.stream().map(ServerId::toString).collect(Collectors.joining(", "));
  }

  private static String listed(List<ServerId> servers, int count) {
    return count > servers.size()
        ? Sentence.of("%s and %d more", listed(servers), count - servers.size())
        : listed(servers);
  }

  private static String servers(int count) {
    return count == 1 ? "1 server" : count + " servers";
  }

  /** A number with at most one decimal, whatever the locale. */
  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
