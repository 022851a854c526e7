package io.sluice.balancer.proxy;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses at which clients come in, each with its sockets and with the TLS spoken there. */
final class Entrances {
  private static final Logger LOG = LoggerFactory.getLogger(Entrances.class);

  /** Takes the connections that come, on loops of the group. */
  interface Receiver {
    /** One came, as a channel. */
    void receive(SocketChannel channel, Reception reception);

    /** One came, as a descriptor. */
    void receive(IoEventLoop eventLoop, EpollListener.Accepted accepted, Reception reception);
  }

  /**
   * How those are received who come in at an address.
   *
   * @param endpoint which one it is
   * @param tls speaks TLS with them; empty: nobody does
   */
  record Reception(Endpoint endpoint, Optional<Tls> tls) {}

  /**
   * How TLS is agreed on.
   *
   * @param handshakeMax how long a client may take to
   * @param http2 whether HTTP/2 is offered
   */
  record TlsTerms(Duration handshakeMax, boolean http2) {
    static TlsTerms of(ProxyConfig config) {
      return new TlsTerms(config.timeouts().clientHead(), config.listener().http2().offered());
    }
  }

  /** One address. */
  private static final class Entrance {
    private final Listeners listeners;
    private volatile Reception reception;

    Entrance(Listeners listeners, Reception reception) {
      this.listeners = listeners;
      this.reception = reception;
    }
  }

  private final Sockets sockets;
  private final EventLoopGroup group;
  private final List<EventLoop> loops;
  private final Receiver receiver;
  private volatile List<Entrance> open = List.of();
  private TlsTerms terms;

  /** None is open yet. */
  Entrances(
      Sockets sockets,
      EventLoopGroup group,
      List<EventLoop> loops,
      Receiver receiver,
      TlsTerms terms) {
    this.sockets = sockets;
    this.group = group;
    this.loops = List.copyOf(loops);
    this.receiver = receiver;
    this.terms = terms;
  }

  /**
   * Opens them; where sockets of a predecessor listen, those are made use of from {@link #accept}
   * on.
   *
   * @param inherited file descriptors of listening sockets; empty: it opens its own
   * @throws ProxyException if a port is taken, the sockets are of no use, or a certificate is
   */
  void open(List<Endpoint> endpoints, List<Integer> inherited) {
    if (!inherited.isEmpty() && !sockets.handsOver()) {
      throw new ProxyException(
          "listening sockets can't be taken over by this transport: expected epoll",
          new UnsupportedOperationException("file descriptors"));
    }
    List<Integer> left = new ArrayList<>(inherited);
    List<Entrance> all = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      Entrance entrance = entrance(new Reception(endpoint, tls(endpoint)));
      List<Integer> mine = left.stream().filter(socket -> listensAt(socket, endpoint)).toList();
      if (inherited.isEmpty()) {
        entrance.listeners.open();
      } else if (mine.isEmpty()) {
        require(!all.isEmpty(), endpoint, left);
      } else {
        left.removeAll(mine);
        entrance.listeners.adopt(mine);
      }
      all.add(entrance);
      open = List.copyOf(all);
    }
    left.forEach(Entrances::close);
  }

  /** At the first address somebody who takes over has to be known. */
  private static void require(boolean known, Endpoint endpoint, List<Integer> left) {
    if (!known) {
      throw new ProxyException(
          "the sockets to be taken over listen on %s: expected %s"
              .formatted(
                  left.stream().map(Entrances::address).distinct().toList(),
                  new InetSocketAddress(endpoint.host(), endpoint.port())),
          new IllegalArgumentException("another address"));
    }
  }

  private static boolean listensAt(int descriptor, Endpoint endpoint) {
    InetSocketAddress address = address(descriptor);
    InetSocketAddress wanted = new InetSocketAddress(endpoint.host(), endpoint.port());
    return endpoint.port() == 0
        ? address.getAddress().equals(wanted.getAddress())
        : address.equals(wanted);
  }

  private static InetSocketAddress address(int descriptor) {
    return new Socket(descriptor).localAddress();
  }

  private static void close(int descriptor) {
    try {
      LOG.info("nobody listens on {} any more", address(descriptor));
      new Socket(descriptor).close();
    } catch (IOException failed) {
      LOG.warn("a socket that was taken over can't be closed: {}", failed.toString());
    }
  }

  private Entrance entrance(Reception first) {
    Entrance[] self = new Entrance[1];
    Listeners.Opener opener =
        sockets.handsOver()
            ? new EpollListener.Opener(
                (loop, accepted) -> receiver.receive(loop, accepted, self[0].reception))
            : new ChannelListener.Opener(sockets, group, initializer(self));
    self[0] = new Entrance(new Listeners(first.endpoint(), opener, loops), first);
    return self[0];
  }

  private ChannelInitializer<SocketChannel> initializer(Entrance[] self) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        receiver.receive(channel, self[0].reception);
      }
    };
  }

  private Optional<Tls> tls(Endpoint endpoint) {
    return endpoint.tls().map(files -> new Tls(files, terms.handshakeMax(), terms.http2()));
  }

  /** Accepts connections on the sockets that were taken over, and on those that were not. */
  void accept() {
    open.forEach(entrance -> entrance.listeners.accept());
  }

  /**
   * Becomes these: new ones are opened, those that are not named are closed, and the others go on
   * with the same sockets. Either all of it is done, or nothing.
   *
   * @return what is to be closed once the connections have ended that came in before
   * @throws ProxyException if a port is taken or a certificate of no use
   */
  List<AutoCloseable> become(List<Endpoint> endpoints, TlsTerms next) {
    TlsTerms before = terms;
    terms = next;
    List<Entrance> fresh = new ArrayList<>();
    List<Reception> receptions = new ArrayList<>();
    List<Entrance> all = new ArrayList<>();
    try {
      for (Endpoint endpoint : endpoints) {
        Optional<Entrance> known = known(endpoint);
        Reception reception =
            known
                .map(entrance -> entrance.reception)
                .filter(held -> next.equals(before) && held.endpoint().tls().equals(endpoint.tls()))
                .map(held -> new Reception(endpoint, held.tls()))
                .orElseGet(() -> new Reception(endpoint, tls(endpoint)));
        receptions.add(reception);
        Entrance entrance = known.orElseGet(() -> entrance(reception));
        if (known.isEmpty()) {
          fresh.add(entrance);
          entrance.listeners.open();
        }
        all.add(entrance);
      }
    } catch (RuntimeException failed) {
      terms = before;
      fresh.forEach(entrance -> entrance.listeners.close());
      receptions.stream()
          .flatMap(reception -> reception.tls().stream())
          .filter(tls -> !tls().contains(tls))
          .forEach(Tls::close);
      throw failed;
    }
    return switchTo(all, receptions);
  }

  private List<AutoCloseable> switchTo(List<Entrance> all, List<Reception> receptions) {
    List<Tls> before = tls();
    for (int i = 0; i < all.size(); i++) {
      all.get(i).reception = receptions.get(i);
    }
    open.stream()
        .filter(entrance -> !all.contains(entrance))
        .forEach(entrance -> entrance.listeners.close());
    open = List.copyOf(all);
    List<Tls> now = tls();
    return before.stream()
        .filter(tls -> !now.contains(tls))
        .<AutoCloseable>map(tls -> tls)
        .toList();
  }

  private Optional<Entrance> known(Endpoint endpoint) {
    return open.stream()
        .filter(entrance ->
            entrance.reception.endpoint().samePlace(endpoint)
                && (endpoint.port() != 0
                    || entrance.reception.endpoint().name().equals(endpoint.name())))
        .findFirst();
  }

  private List<Tls> tls() {
    return open.stream().flatMap(entrance -> entrance.reception.tls().stream()).toList();
  }

  /** Looks at certificates and keys at once. */
  void look() {
    tls().forEach(Tls::look);
  }

  /** Where they are, with the ports that were really taken, the first one first. */
  List<InetSocketAddress> addresses() {
    return open.stream().map(entrance -> entrance.listeners.address()).toList();
  }

  /** Their sockets' file descriptors; empty if they can't be handed over. */
  List<Integer> descriptors() {
    return open.stream().flatMap(entrance -> entrance.listeners.descriptors().stream()).toList();
  }

  /** Accepts no more connections. */
  void close() {
    open.forEach(entrance -> entrance.listeners.close());
  }

  /** The connections have ended, too. */
  void closeTls() {
    tls().forEach(Tls::close);
  }
}
