package io.sluice.balancer.handover;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The process whose place is taken, as its successor sees it. */
public final class Predecessor implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MultiThreadIoEventLoopGroup group;
  private final Talk talk;
  private final List<Integer> sockets;
  private final Optional<URI> monitor;

  private Predecessor(MultiThreadIoEventLoopGroup group, Talk talk) {
    this.group = group;
    this.talk = talk;
    talk.say("take 1");
    String[] words = talk.hear(PATIENCE).split(" ", -1);
    if (words.length != 3 || !words[0].equals("sockets") || !words[1].matches("[1-9]\\d{0,3}")) {
      throw new HandOverException(
          "it says '%s': expected its sockets".formatted(String.join(" ", words)));
    }
    talk.expectDescriptors();
    talk.say("send");
    this.sockets = talk.descriptors(Integer.parseInt(words[1]), PATIENCE);
    this.monitor = words[2].equals("-") ? Optional.empty() : Optional.of(URI.create(words[2]));
  }

  /**
   * Asks whoever runs for its sockets.
   *
   * @param socket the path of its Unix socket
   * @return empty if nobody is there
   * @throws HandOverException if somebody is, but does not hand over
   */
  public static Optional<Predecessor> ask(Path socket) {
    if (!Files.exists(socket)) {
      return Optional.empty();
    }
    if (!Epoll.isAvailable()) {
      throw new HandOverException(
          "sockets can't be taken over on this machine: expected Linux with epoll",
          Epoll.unavailabilityCause());
    }
    MultiThreadIoEventLoopGroup group = group("hand-over");
    Talk talk = new Talk();
    boolean taken = false;
    try {
      ChannelFuture connected =
          new Bootstrap()
              .group(group)
              .channel(EpollDomainSocketChannel.class)
              .handler(talk)
              .connect(new DomainSocketAddress(socket.toFile()))
              .awaitUninterruptibly();
      if (!connected.isSuccess()) {
        // Nobody listens any more at what an ended process left behind.
        return Optional.empty();
      }
      Predecessor predecessor = new Predecessor(group, talk);
      taken = true;
      return Optional.of(predecessor);
    } finally {
      if (!taken) {
        end(group);
      }
    }
  }

  static MultiThreadIoEventLoopGroup group(String name) {
    return new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory(name, true), EpollIoHandler.newFactory());
  }

  static void end(MultiThreadIoEventLoopGroup group) {
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** File descriptors of its listening sockets in this process. */
  public List<Integer> sockets() {
    return sockets;
  }

  /** The monitor that leads, if it knows. */
  public Optional<URI> monitor() {
    return monitor;
  }

  /**
   * Lets it close its port for orders.
   *
   * @return those that hold there
   * @throws HandOverException if it does not
   */
  public StandingOrders freeAdmin() {
    talk.say("admin");
    List<String> orders = new ArrayList<>();
    for (String line = talk.hear(PATIENCE); !line.equals("free"); line = talk.hear(PATIENCE)) {
      orders.add(line);
    }
    return StandingOrders.of(orders);
  }

  /**
   * Tells it that this process serves; from then on it accepts no more connections.
   *
   * @throws HandOverException if it does not hear
   */
  public void serving() {
    talk.say("serving");
    talk.expect("leaving", PATIENCE);
  }

  /** Completes when its last connection has ended, or it has. */
  public CompletableFuture<Void> gone() {
    return talk.ended();
  }

  /** Ends the conversation; before {@link #serving}, it then goes on as if nothing had been. */
  @Override
  public void close() {
    talk.close();
    end(group);
  }
}
