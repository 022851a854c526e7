package io.sluice.balancer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.balancer.http.HeadLimits;
import io.sluice.balancer.http.ResponseHead;
import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.pool.Target;
import io.sluice.balancer.proxy.Names;
import io.sluice.balancer.proxy.ServerTls;
import io.sluice.schemas.failure.FailureCause;
import io.sluice.schemas.health.Http2Question;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks servers how they are, each on a virtual thread and over a connection of its own, as clients
 * come. Names are looked up elsewhere: a name server that hangs would hold virtual threads up, and
 * with them the checks of servers that need no name.
 */
final class HealthChecks {
  private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);

  /** A little more than a read may take: those that are silent are told by their reads. */
  private static final int DRIPS_MAX_MILLIS = 50;

  private volatile HealthCheck check;
  private final Supplier<Names> names;
  private final Supplier<ServerTls> tls;
  private final Consumer<PoolInput> pools;

  /**
   * Checks.
   *
   * @param check what is asked
   * @param names knows addresses
   * @param tls speaks TLS with those servers that do
   * @param pools takes the results
   */
  HealthChecks(
      HealthCheck check,
      Supplier<Names> names,
      Supplier<ServerTls> tls,
      Consumer<PoolInput> pools) {
    this.check = check;
    this.names = names;
    this.tls = tls;
    this.pools = pools;
  }

  /**
   * What came of a check.
   *
   * @param error why the server is not well; empty: it is
   * @param silent whether no answer came in time, of which a server that refuses or breaks off is
   *     not guilty
   */
  private record Result(Optional<String> error, boolean silent) {}

  /** From now on this is asked. */
  void become(HealthCheck next) {
    check = next;
  }

  /** Starts a check; its result is handed in, whatever it is. */
  void start(Target target, long ticket) {
    Thread.ofVirtual()
        .name("check-" + target.server())
        .start(() -> {
          Result result = result(target);
          pools.accept(
              new PoolInput.Checked(target.server(), ticket, result.error(), result.silent()));
        });
  }

  private Result result(Target target) {
    long end = System.nanoTime() + check.timeout().toNanos();
    try {
      return new Result(ask(target, end), false);
    } catch (SocketTimeoutException late) {
      return new Result(Optional.of("no connection was made in time"), true);
    } catch (TimeoutException late) {
      return new Result(Optional.of(FailureCause.of(late)), true);
    } catch (IOException | ExecutionException failed) {
      return new Result(Optional.of(FailureCause.of(failed)), false);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Result(Optional.of("the check was interrupted"), false);
    } catch (RuntimeException fault) {
      LOG.error("{} not checked by a fault of our own", target.address(), fault);
      return new Result(Optional.of("the check failed by a fault of our own: " + fault), false);
    }
  }

  private Optional<String> ask(Target target, long end)
      throws IOException, TimeoutException, ExecutionException, InterruptedException {
    InetAddress address = names.get().of(target.host()).get(millisTo(end), TimeUnit.MILLISECONDS);
    // Each read has its time-out, and a server that drips could have any number of reads.
    CompletableFuture<Void> late =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, millisTo(end) + DRIPS_MAX_MILLIS, TimeUnit.MILLISECONDS);
    try (Socket socket = new Socket()) {
      var _ = late.thenRun(() -> cutOff(socket));
      socket.connect(new InetSocketAddress(address, target.port()), millisTo(end));
      if (check.kind() == HealthCheck.Kind.TCP) {
        return Optional.empty();
      }
      if (!ServerTls.speaks(target)) {
        socket.getOutputStream().write(tls.get().links().proxyHeaders().ofOurOwn());
      }
      if (target.http2()) {
        return askInHttp2(target, socket, end);
      }
      if (!ServerTls.speaks(target)) {
        return ask(target, socket, end);
      }
      socket.setSoTimeout(millisTo(end));
      try (Socket secure = tls.get().over(socket, target)) {
        return ask(target, secure, end);
      }
    } catch (IOException broken) {
      if (late.isDone()) {
        throw (TimeoutException) new TimeoutException("no answer").initCause(broken);
      }
      throw broken;
    } finally {
      late.cancel(false);
    }
  }

  private static void cutOff(Socket socket) {
    try {
      socket.close();
    } catch (IOException failed) {
      LOG.warn("the connection of a health check can't be closed: {}", failed.toString());
    }
  }

  private Optional<String> askInHttp2(Target target, Socket socket, long end)
      throws IOException, TimeoutException {
    try {
      Http2Question.Answer answer = new Http2Question(host(target), check.path()).ask(socket, end);
      return answer.trouble().isEmpty() ? verdict(answer.status()) : Optional.of(answer.trouble());
    } catch (SocketTimeoutException silent) {
      throw new TimeoutException("no answer");
    }
  }

  private String host(Target target) {
    return check.host().orElse(target.address().getAuthority());
  }

  private Optional<String> ask(Target target, Socket socket, long end)
      throws IOException, TimeoutException {
    socket.getOutputStream().write(question(target));
    return judge(socket, end);
  }

  private byte[] question(Target target) {
    String head =
        "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: sluice\r\nConnection: close\r\n\r\n"
            .formatted(check.path(), host(target));
    return head.getBytes(US_ASCII);
  }

  /** Reads up to the end of the final head: what the body says does not count. */
  private Optional<String> judge(Socket socket, long end) throws IOException, TimeoutException {
    byte[] bytes = new byte[HeadLimits.DEFAULT.headMaxBytes()];
    ResponseHead head = new ResponseHead(HeadLimits.DEFAULT);
    int from = 0;
    int size = 0;
    while (true) {
      switch (head.scan(bytes, from, size, false)) {
        case INCOMPLETE -> size += read(socket, bytes, size, end);
        case REFUSED -> {
          return Optional.of("its answer is not HTTP: " + head.refusal().sentence());
        }
        case COMPLETE -> {
          if (!head.interim()) {
            return verdict(head.status());
          }
          from = head.end();
        }
      }
    }
  }

  private static int read(Socket socket, byte[] bytes, int from, long end)
      throws IOException, TimeoutException {
    socket.setSoTimeout(millisTo(end));
    InputStream in = socket.getInputStream();
    try {
      int size = in.read(bytes, from, bytes.length - from);
      if (size <= 0) {
        throw new EOFException("no whole head");
      }
      return size;
    } catch (SocketTimeoutException silent) {
      throw new TimeoutException("no answer");
    }
  }

  private Optional<String> verdict(int status) {
    return check.well(status)
        ? Optional.empty()
        : Optional.of(
            "%s is answered with %d, expected %s"
                .formatted(check.path(), status, check.statuses()));
  }

  private static int millisTo(long end) throws TimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    if (left <= 0) {
      throw new TimeoutException("no answer");
    }
    return Math.toIntExact(left);
  }
}
