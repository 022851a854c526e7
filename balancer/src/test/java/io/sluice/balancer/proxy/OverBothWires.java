package io.sluice.balancer.proxy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs all tests of a class over sockets of our own, then over channels; its constructor takes the
 * transport, and gives it to {@link TestBed#over}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = Transport.class,
    names = {"EPOLL", "EPOLL_CHANNELS"})
@ExtendWith(OverBothWires.Back.class)
@interface OverBothWires {
  /** The next class chooses for itself. */
  final class Back implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
      TestBed.over(Transport.AUTO);
    }
  }
}
