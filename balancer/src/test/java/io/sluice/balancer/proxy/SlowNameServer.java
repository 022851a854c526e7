package io.sluice.balancer.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * This JVM's name server, of which names that end with {@code .slow.test} get no answer for as long
 * as a real one may take; all others are asked for as usual.
 */
public final class SlowNameServer extends InetAddressResolverProvider {
  private static final long SLOW_SECONDS = 8;

  /** Found by the JVM, by its name in {@code META-INF/services}. */
  public SlowNameServer() {}

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver usual = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        if (host.endsWith(".slow.test")) {
          awaitNothing();
          throw new UnknownHostException(host);
        }
        return usual.lookupByName(host, policy);
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return usual.lookupByAddress(address);
      }
    };
  }

  /** Holds the calling thread up, as the C library does. */
  private static void awaitNothing() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SLOW_SECONDS);
    while (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
      java.util.concurrent.locks.LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Override
  public String name() {
    return "slow";
  }
}
