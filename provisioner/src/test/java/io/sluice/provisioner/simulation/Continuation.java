package io.sluice.provisioner.simulation;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Work that can be left in the middle and gone on with: what the JVM makes its virtual threads of.
 * It is the JVM's own and not for everybody ({@code --add-exports java.base/jdk.internal.vm}), but
 * nothing else lets blocking code run one step at a time, and millions of steps a second.
 */
final class Continuation {
  private static final Object SCOPE;
  private static final MethodHandle NEW;
  private static final MethodHandle RUN;
  private static final MethodHandle DONE;
  private static final MethodHandle YIELD;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      Class<?> scope = Class.forName("jdk.internal.vm.ContinuationScope");
      Class<?> continuation = Class.forName("jdk.internal.vm.Continuation");
      SCOPE =
          lookup
              .findConstructor(scope, MethodType.methodType(void.class, String.class))
              .invoke("simulation");
      NEW =
          lookup
              .findConstructor(
                  continuation, MethodType.methodType(void.class, scope, Runnable.class))
              .asType(MethodType.methodType(Object.class, Object.class, Runnable.class));
      RUN =
          lookup
              .findVirtual(continuation, "run", MethodType.methodType(void.class))
              .asType(MethodType.methodType(void.class, Object.class));
      DONE =
          lookup
              .findVirtual(continuation, "isDone", MethodType.methodType(boolean.class))
              .asType(MethodType.methodType(boolean.class, Object.class));
      YIELD =
          lookup
              .findStatic(continuation, "yield", MethodType.methodType(boolean.class, scope))
              .asType(MethodType.methodType(boolean.class, Object.class));
    } catch (Throwable missing) {
      throw new ExceptionInInitializerError(missing);
    }
  }

  private final Object inner;

  Continuation(Runnable body) {
    try {
      inner = (Object) NEW.invokeExact(SCOPE, body);
    } catch (Throwable thrown) {
      throw passedOn(thrown);
    }
  }

  /** Goes on until it is left or at its end; throws what it throws. */
  void run() {
    try {
      RUN.invokeExact(inner);
    } catch (Throwable thrown) {
      throw passedOn(thrown);
    }
  }

  boolean done() {
    try {
      return (boolean) DONE.invokeExact(inner);
    } catch (Throwable thrown) {
      throw passedOn(thrown);
    }
  }

  /** Leaves the one that runs; comes back when somebody goes on with it. */
  static void leave() {
    try {
      boolean _ = (boolean) YIELD.invokeExact(SCOPE);
    } catch (Throwable thrown) {
      throw passedOn(thrown);
    }
  }

  private static RuntimeException passedOn(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(thrown);
  }
}
