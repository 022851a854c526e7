package io.sluice.provisioner.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.sluice.provisioner.elector.LeaderElector;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * What the product logs while it is simulated: goes to its run, and nowhere else. Most of what the
 * product survives it only logs, so that this is how a run hears of it.
 */
final class ProductLog extends TurboFilter {
  private static final ThreadLocal<Optional<Consumer<Line>>> LISTENER =
      ThreadLocal.withInitial(Optional::empty);

  static {
    ProductLog filter = new ProductLog();
    filter.start();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
      logback.addTurboFilter(filter);
    }
  }

  private ProductLog() {}

  /** What is logged. */
  record Line(
      Level level, String logger, String format, Object[] with, Optional<Throwable> thrown) {
    /** Whether it is an error that nobody had thrown on purpose. */
    boolean unforeseen() {
      return level.isGreaterOrEqual(Level.ERROR)
          && thrown.filter(cause -> !Injected.is(cause)).isPresent();
    }

    /** Whether the election says this. */
    boolean says(String part) {
      return logger.equals(LeaderElector.class.getSimpleName())
          && Arrays.stream(with).anyMatch(word -> word.toString().contains(part));
    }

    @Override
    public String toString() {
      return "%s %s: %s%s"
          .formatted(
              level,
              logger,
              MessageFormatter.arrayFormat(format, with).getMessage(),
              thrown.map(cause -> ", " + cause).orElse(""));
    }
  }

  /** Hands what this thread logs from now on to somebody. */
  static void listen(Consumer<Line> listener) {
    LISTENER.set(Optional.of(listener));
  }

  static void listenNoMore() {
    LISTENER.remove();
  }

  @Override
  public FilterReply decide(
      Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] with,
      @Nullable Throwable thrown) {
    Optional<Consumer<Line>> listener = LISTENER.get();
    if (listener.isEmpty()) {
      return FilterReply.NEUTRAL;
    }
    if (format != null && level.isGreaterOrEqual(Level.INFO)) {
      Object[] said = with == null ? new Object[0] : with;
      Optional<Throwable> cause =
          Optional.ofNullable(
              thrown != null ? thrown : MessageFormatter.getThrowableCandidate(said));
      String name = logger.getName().substring(logger.getName().lastIndexOf('.') + 1);
      listener.get().accept(new Line(level, name, format, said, cause));
    }
    return FilterReply.DENY;
  }
}
