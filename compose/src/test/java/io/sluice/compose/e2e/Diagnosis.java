package io.sluice.compose.e2e;

import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Adds to the failure of a test what the parts of its cluster say of themselves at that moment. */
final class Diagnosis implements TestExecutionExceptionHandler {
  private static final int LINES = 12;
  private static final int WIDTH = 260;
  private static final Pattern TROUBLE = Pattern.compile("\\b(WARN|ERROR)\\b");

  private final Supplier<Optional<ComposedCluster>> cluster;

  Diagnosis(Supplier<Optional<ComposedCluster>> cluster) {
    this.cluster = cluster;
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
    StringJoiner text = new StringJoiner("\n");
    text.add(String.valueOf(failure.getMessage()));
    cluster
        .get()
        .ifPresent(running -> {
          for (int id = 1; id <= 3; id++) {
            text.add("monitor%d: %s".formatted(id, health(running, id)));
          }
          List.of("kafka", "monitor3", "monitor2", "monitor1")
              .forEach(service -> text.add(log(running, service)));
        });
    throw new AssertionError(text.toString(), failure);
  }

  private static String health(ComposedCluster running, int id) {
    try {
      return Json.mapper()
          .readTree(running.send("GET", running.monitor(id, "/observe/health"), "").body())
          .toString();
    } catch (IOException silent) {
      return silent.toString();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return interrupted.toString();
    }
  }

  private static String log(ComposedCluster running, String service) {
    try {
      List<String> lines =
          Docker.run("docker", "logs", "--tail", "2000", running.part(service))
              .lines()
              .filter(line -> TROUBLE.matcher(line).find())
              .map(line -> line.substring(0, Math.min(line.length(), WIDTH)))
              .toList();
      return "%s: %d lines of trouble, the last:%n%s"
          .formatted(
              service,
              lines.size(),
              String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size())));
    } catch (IOException | AssertionError silent) {
      return service + ": " + silent;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return interrupted.toString();
    }
  }
}
