package io.sluice.balancer.proxy;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * The listening sockets: one per loop where loops can share a port, opened here or taken over from
 * a predecessor. A socket that is handed over is the same one in both processes, with one queue of
 * connections that nobody has accepted yet: so none of them is lost when one process closes it.
 */
final class Listeners {
  /** Connections that wait to be accepted. */
  static final int BACKLOG = 4096;

  /**
   * Connections accepted in one turn of a loop. A turn also serves every connection that has
   * something to say, and may take a tenth of a second: newcomers must not wait for many of them,
   * or the queue is full and the kernel refuses the next.
   */
  static final int ACCEPTED_MAX = 1024;

  /** Opens listening sockets. */
  interface Opener {
    /** Whether every loop can listen on the same port. */
    boolean sharesPorts();

    /**
     * Opens one, which may accept at once.
     *
     * @throws IOException if the address is taken
     */
    ListeningSocket open(EventLoop loop, InetSocketAddress address) throws IOException;

    /**
     * Takes over one of another process, which does not accept yet.
     *
     * @throws IOException if it is of no use
     */
    ListeningSocket adopt(EventLoop loop, int descriptor) throws IOException;
  }

  private final Endpoint endpoint;
  private final Opener opener;
  private final List<EventLoop> loops;
  private final List<ListeningSocket> listeners = new ArrayList<>();

  /** No sockets yet. */
  Listeners(Endpoint endpoint, Opener opener, List<EventLoop> loops) {
    this.endpoint = endpoint;
    this.opener = opener;
    this.loops = List.copyOf(loops);
  }

  /**
   * Opens sockets, and accepts connections.
   *
   * @throws ProxyException if the port is taken
   */
  void open() {
    if (opener.sharesPorts()) {
      requireFree();
      openOn(loops, endpoint.port());
    } else {
      openOn(loops.subList(0, 1), endpoint.port());
    }
  }

  private void openOn(List<EventLoop> some, int firstPort) {
    int port = firstPort;
    for (EventLoop loop : some) {
      try {
        ListeningSocket listener = opener.open(loop, new InetSocketAddress(endpoint.host(), port));
        listeners.add(listener);
        listener.accept();
        port = listener.address().getPort();
      } catch (IOException taken) {
        throw taken(taken);
      }
    }
  }

  /** Sockets that share a port also share it with another process: so we look before. */
  private void requireFree() {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(endpoint.host(), endpoint.port()));
    } catch (IOException taken) {
      throw taken(taken);
    }
  }

  /**
   * Takes over the sockets of a predecessor; {@link #accept} makes use of them.
   *
   * @param descriptors their file descriptors in this process, at least one
   * @throws ProxyException if they are of no use
   */
  void adopt(List<Integer> descriptors) {
    for (int index = 0; index < descriptors.size(); index++) {
      try {
        listeners.add(opener.adopt(loops.get(index % loops.size()), descriptors.get(index)));
      } catch (IOException failed) {
        throw taken(failed);
      }
    }
  }

  /** Accepts connections on the sockets that were taken over; opens those that were not. */
  void accept() {
    if (listeners.isEmpty()) {
      open();
      return;
    }
    listeners.forEach(ListeningSocket::accept);
    if (listeners.size() < loops.size()) {
      openOn(loops.subList(listeners.size(), loops.size()), address().getPort());
    }
  }

  private ProxyException taken(Throwable cause) {
    return new ProxyException(
        "port %d on %s of listener %s: %s, expected a free port"
            .formatted(endpoint.port(), endpoint.host(), endpoint.name(), cause.getMessage()),
        cause);
  }

  /** Where they listen, with the port that was really taken. */
  InetSocketAddress address() {
    return listeners.getFirst().address();
  }

  /** Their file descriptors in this process; empty if they can't be handed over. */
  List<Integer> descriptors() {
    return listeners.stream().flatMap(listener -> listener.descriptor().stream().boxed()).toList();
  }

  /** Closes them here; one that was handed over lives on there. */
  void close() {
    listeners.forEach(ListeningSocket::close);
  }
}
