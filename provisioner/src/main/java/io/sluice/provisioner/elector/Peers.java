package io.sluice.provisioner.elector;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.election.Message;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.supervision.Threads;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other monitors. Nothing here blocks the caller. */
public final class Peers implements AutoCloseable {
  /** Where messages of an election are received. */
  public static final String MESSAGES = "/election";

  /** Where a connection can be held open. */
  public static final String HELD = "/election/held";

  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

  private final PeerCalls calls;
  private final Threads threads;

  /** The others; each call is a thread of its own. */
  public Peers(PeerCalls calls, Threads threads) {
    this.calls = calls;
    this.threads = threads;
  }

  /** A message with its sender, as it stands in a request's body. */
  public record Envelope(MonitorId from, Message message) {
    /**
     * Reads a body.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static Envelope read(String body) {
      try {
        return Json.mapper().readValue(body, Envelope.class);
      } catch (JsonProcessingException malformed) {
        throw new IllegalArgumentException(
            "it is no message of an election: " + malformed.getOriginalMessage(), malformed);
      }
    }

    String text() {
      try {
        return Json.mapper().writeValueAsString(this);
      } catch (JsonProcessingException unwritable) {
        throw new IllegalStateException("a message can't be written", unwritable);
      }
    }
  }

  Optional<URI> url(MonitorId peer) {
    return calls.url(peer);
  }

  Threads threads() {
    return threads;
  }

  /**
   * Sends a message.
   *
   * @param lost called if it did not arrive
   * @return what does it
   */
  Threads.Task send(MonitorId to, Message message, Consumer<Failure> lost) {
    return begin("message-to-" + to, () -> calls.send(to, message), lost);
  }

  /** Asks whether a monitor lives and leads. */
  void check(MonitorId peer, Consumer<Input> result) {
    var _ =
        begin(
            "check-of-" + peer,
            () -> result.accept(new Input.Answered(peer, calls.leads(peer))),
            lost -> result.accept(lost.refused() ? new Input.Gone(peer) : new Input.Silent(peer)));
  }

  /**
   * Opens a connection and reads from it until it ends.
   *
   * @throws IOException however it ends, unless the other side says that it ends
   */
  void hold(MonitorId peer) throws IOException, InterruptedException {
    calls.hold(peer);
  }

  @FunctionalInterface
  private interface Exchange {
    void run() throws IOException, InterruptedException;
  }

  /**
   * Why there was no answer.
   *
   * @param refused whether the other host says that nobody listens there
   */
  record Failure(String why, boolean refused) {
    private static Failure of(Throwable cause) {
      return new Failure(cause.toString(), cause instanceof ConnectException);
    }
  }

  // An exchange that ends by anything unforeseen, an Error too, is one without an answer: whoever
  // waits for it must not wait for ever.
  private Threads.Task begin(String name, Exchange exchange, Consumer<Failure> lost) {
    Threads.Task task = threads.passing(name, () -> run(name, exchange, lost));
    task.start();
    return task;
  }

  private static void run(String name, Exchange exchange, Consumer<Failure> lost) {
    try {
      exchange.run();
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (IOException failed) {
      lost.accept(Failure.of(failed));
    } catch (Throwable unforeseen) {
      LOG.error("{} ended by something unforeseen", name, unforeseen);
      lost.accept(Failure.of(unforeseen));
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
