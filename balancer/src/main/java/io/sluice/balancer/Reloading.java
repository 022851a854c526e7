package io.sluice.balancer;

import io.sluice.balancer.proxy.ProxyException;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration that holds, and where it is read anew. Another one is taken whole or not at
 * all.
 *
 * @param <C> what is configured
 */
final class Reloading<C> {
  private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);

  private final List<Part<C>> fixed;
  private final BiFunction<C, C, List<String>> taken;
  private volatile C present;
  private Optional<Supplier<C>> source = Optional.empty();

  /**
   * A part of a configuration.
   *
   * @param key where it stands
   * @param value what stands there; if that is a secret, it must not show
   */
  record Part<C>(String key, Function<C, Object> value) {}

  /**
   * Begins with this configuration.
   *
   * @param fixed what can't change while it runs
   * @param taken makes the second configuration hold instead of the first; gives what it changed
   */
  Reloading(C first, List<Part<C>> fixed, BiFunction<C, C, List<String>> taken) {
    this.present = first;
    this.fixed = List.copyOf(fixed);
    this.taken = taken;
  }

  /** What holds. */
  C present() {
    return present;
  }

  /** From now on, it is read there. */
  synchronized void from(Supplier<C> reading) {
    source = Optional.of(reading);
  }

  /**
   * Reads the configuration anew, and takes it; that which holds, if nobody knows where to read it:
   * what it names may have changed.
   *
   * @return what changed, by its keys
   * @throws ConfigException with everything that is wrong with it; then nothing has changed
   */
  synchronized List<String> reload() {
    C next = source.map(Supplier::get).orElse(present);
    requireFixed(next);
    List<String> changed;
    try {
      changed = taken.apply(present, next);
    } catch (ProxyException unusable) {
      String[] words = String.valueOf(unusable.getMessage()).split(": |, expected ", 3);
      throw new ConfigException(
          "configuration",
          List.of(
              new Problem(
                  words[0], words[Math.min(1, words.length - 1)], words[words.length - 1])));
    }
    present = next;
    LOG.info("configuration read anew, changed: {}", changed);
    return changed;
  }

  private void requireFixed(C next) {
    List<Problem> problems = new ArrayList<>();
    for (Part<C> part : fixed) {
      Object before = part.value().apply(present);
      Object after = part.value().apply(next);
      if (!before.equals(after)) {
        problems.add(
            new Problem(
                part.key(),
                String.valueOf(after),
                "%s as before: only another process that takes over can have another one"
                    .formatted(before)));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException("configuration", problems);
    }
  }
}
