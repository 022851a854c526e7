package io.sluice.compose.cli;

import io.sluice.balancer.proxy.ProxyException;
import io.sluice.schemas.config.ConfigException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals that ask something of a process instead of ending it. The JDK has no supported way to
 * take them; {@code sun.misc.Signal} has been it for thirty years, and is only to be had by
 * reflection where warnings are errors. Where it is missing, signals do what they always did.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /** At SIGHUP files are read anew; those of no use are told of, and change nothing. */
  static void onHangUp(Supplier<List<String>> reload) {
    on(
        "HUP",
        () -> {
          try {
            var _ = reload.get();
          } catch (ConfigException | ProxyException refused) {
            LOG.error("nothing is changed: {}", refused.getMessage());
          }
        });
  }

  /**
   * From now on, the signal runs the action, on a thread of its own.
   *
   * @param name without SIG, such as {@code HUP}
   */
  static void on(String name, Runnable action) {
    InvocationHandler handler =
        (self, method, arguments) -> {
          if (method.getDeclaringClass() == Object.class) {
            return method.invoke(name, arguments);
          }
          LOG.info("SIG{}", name);
          action.run();
          return null;
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> taker = Class.forName("sun.misc.SignalHandler");
      Object taking =
          Proxy.newProxyInstance(taker.getClassLoader(), new Class<?>[] {taker}, handler);
      var _ =
          signal
              .getMethod("handle", signal, taker)
              .invoke(null, signal.getConstructor(String.class).newInstance(name), taking);
    } catch (ReflectiveOperationException missing) {
      LOG.warn("SIG{} can't be taken here: {}", name, missing.toString());
    }
  }
}
