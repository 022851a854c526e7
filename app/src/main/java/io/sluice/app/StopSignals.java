package io.sluice.app;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * The signals SIGTERM and SIGINT: the first asks the process to end, the second ends it at once.
 *
 * <p>A shutdown hook would not do, since the JVM then exits with 143 whatever the hook achieved,
 * and is deaf to a second signal. The class for it, {@code sun.misc.Signal}, is called by
 * reflection because the compiler warns of every direct use and can't be told that it is meant.
 */
final class StopSignals {
  /** Exit code of a process that a second signal ended: 128 + SIGTERM. */
  static final int IMPATIENT = 143;

  private static final List<String> NAMES = List.of("TERM", "INT");

  private final CountDownLatch first = new CountDownLatch(1);

  private StopSignals() {}

  /** Catches the signals from now on. */
  static StopSignals caught() {
    StopSignals signals = new StopSignals();
    try {
      Consumer<Object> onSignal = _ -> signals.received();
      MethodHandle received =
          MethodHandles.publicLookup()
              .findVirtual(
                  Consumer.class, "accept", MethodType.methodType(void.class, Object.class))
              .bindTo(onSignal);
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> action = Class.forName("sun.misc.SignalHandler");
      Object stop = MethodHandleProxies.asInterfaceInstance(action, received);
      Method handle = signal.getMethod("handle", signal, action);
      for (String name : NAMES) {
        handle.invoke(null, signal.getConstructor(String.class).newInstance(name), stop);
      }
      return signals;
    } catch (ReflectiveOperationException withoutModule) {
      throw new IllegalStateException(
          "signals can't be caught: expected a Java runtime with module jdk.unsupported",
          withoutModule);
    }
  }

  /** Called by the JVM, on a thread of its own for each signal. */
  private void received() {
    if (first.getCount() == 0) {
      Runtime.getRuntime().halt(IMPATIENT);
    }
    first.countDown();
  }

  /** Waits for the first signal. */
  void await() throws InterruptedException {
    first.await();
  }
}
