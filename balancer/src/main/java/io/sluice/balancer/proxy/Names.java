package io.sluice.balancer.proxy;

import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses behind servers' names. A name server may take its time: it is asked on threads of
 * this class's own, never on a loop, and by nobody twice at the same time. What it said is used
 * meanwhile:
 *
 * <pre>
 *   younger than {@link #FRESH}      used
 *   younger than {@link #HELD}       used, and asked for again beside that
 *   older, or a connection failed    waited for
 * </pre>
 *
 * <p>Soft state: a process that starts asks for every name anew.
 */
public final class Names implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Names.class);

  static {
    JavaDefaults.replace();
  }

  /** Asks a name server; may take long. */
  interface Lookup {
    List<InetAddress> addresses(String name) throws UnknownHostException;
  }

  /** A container that starts again may come back with another address. */
  static final Duration FRESH = Duration.ofSeconds(2);

  /** How long an address outlives its name server. */
  static final Duration HELD = Duration.ofSeconds(30);

  /** After which a name that nobody asks for is forgotten. */
  static final Duration UNASKED_MAX = Duration.ofMinutes(10);

  /** Threads, not processor time: each only waits for an answer. */
  private static final int LOOKUPS_MAX = 64;

  private final Lookup lookup;
  private final LongSupplier clock;
  private final ThreadPoolExecutor lookups;
  private final Map<String, Name> names = new ConcurrentHashMap<>();

  /** Asks as this machine is told to. */
  public Names() {
    this(name -> List.of(InetAddress.getAllByName(name)), System::nanoTime);
  }

  /** Asks this one, by this clock, which counts nanoseconds. */
  Names(Lookup lookup, LongSupplier clock) {
    this.lookup = lookup;
    this.clock = clock;
    this.lookups =
        new ThreadPoolExecutor(
            LOOKUPS_MAX,
            LOOKUPS_MAX,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("balancer-names", true),
            // Asked after the end: nobody waits for it longer than for a connection.
            new ThreadPoolExecutor.DiscardPolicy());
    lookups.allowCoreThreadTimeOut(true);
  }

  /**
   * The address behind a name, or the address that the text is. Never blocks; the future may take
   * as long as the name server, and fails with {@link UnknownHostException} if there is none.
   */
  public CompletableFuture<InetAddress> of(String host) {
    byte @Nullable [] literal = NetUtil.createByteArrayFromIpAddressString(host);
    if (literal != null) {
      return CompletableFuture.completedFuture(address(literal));
    }
    Name known = names.get(host);
    if (known == null) {
      long now = clock.getAsLong();
      names.values().removeIf(name -> name.unasked(now));
      known = names.computeIfAbsent(host, Name::new);
    }
    return known.address();
  }

  private static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address of 4 or 16 octets", impossible);
    }
  }

  /**
   * No connection came about at the address: it is not used again before the name was asked for.
   */
  void doubt(String host, InetAddress address) {
    Name known = names.get(host);
    if (known != null) {
      known.doubt(address);
    }
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }

  /** One name; what is known of it is guarded by itself. */
  private final class Name {
    private final String host;
    private List<InetAddress> known = List.of();
    private @Nullable InetAddress doubted;
    private long knownNanos;
    private long askedNanos;
    private @Nullable CompletableFuture<InetAddress> pending;

    Name(String host) {
      this.host = host;
      this.askedNanos = clock.getAsLong();
    }

    synchronized boolean unasked(long nowNanos) {
      return pending == null && nowNanos - askedNanos > UNASKED_MAX.toNanos();
    }

    synchronized CompletableFuture<InetAddress> address() {
      askedNanos = clock.getAsLong();
      boolean usable = usable();
      if (usable && askedNanos - knownNanos <= FRESH.toNanos()) {
        return CompletableFuture.completedFuture(known.getFirst());
      }
      CompletableFuture<InetAddress> asked = ask();
      return usable ? CompletableFuture.completedFuture(known.getFirst()) : asked.copy();
    }

    private boolean usable() {
      return !known.isEmpty()
          && doubted == null
          && clock.getAsLong() - knownNanos <= HELD.toNanos();
    }

    private CompletableFuture<InetAddress> ask() {
      CompletableFuture<InetAddress> present = pending;
      if (present == null) {
        present = new CompletableFuture<>();
        pending = present;
        execute();
      }
      return present;
    }

    private void execute() {
      try {
        lookups.execute(this::lookUp);
      } catch (RuntimeException | Error unstarted) {
        // No thread can be had: the next one to ask tries again.
        LOG.error("name {} not looked up by a fault of our own", host, unstarted);
        failed(new UnknownHostException(host));
      }
    }

    private void lookUp() {
      try {
        answered(lookup.addresses(host));
      } catch (UnknownHostException unknown) {
        failed(unknown);
      } catch (RuntimeException | Error unheardOf) {
        LOG.error("name {} not looked up by a fault of our own", host, unheardOf);
        failed(new UnknownHostException(host));
      }
    }

    /** An address whose connection failed comes last, so that the others have their turn. */
    private void answered(List<InetAddress> addresses) {
      List<InetAddress> order = new ArrayList<>(addresses);
      CompletableFuture<InetAddress> asked;
      synchronized (this) {
        if (doubted != null && order.remove(doubted)) {
          order.add(doubted);
        }
        known = List.copyOf(order);
        knownNanos = clock.getAsLong();
        doubted = null;
        asked = taken();
      }
      asked.complete(order.getFirst());
    }

    private void failed(UnknownHostException unknown) {
      CompletableFuture<InetAddress> asked;
      InetAddress held;
      synchronized (this) {
        asked = taken();
        held = usable() ? known.getFirst() : null;
      }
      if (held == null) {
        asked.completeExceptionally(unknown);
      } else {
        asked.complete(held);
      }
    }

    private CompletableFuture<InetAddress> taken() {
      CompletableFuture<InetAddress> asked = pending;
      pending = null;
      return asked == null ? new CompletableFuture<>() : asked;
    }

    synchronized void doubt(InetAddress address) {
      if (known.contains(address)) {
        doubted = address;
      }
    }
  }
}
