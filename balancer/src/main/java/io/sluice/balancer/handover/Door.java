package io.sluice.balancer.handover;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Unix socket at which a successor asks for the place of this process. */
public final class Door implements AutoCloseable {
  /** A successor reads its servers in between, which takes as long as Kafka takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  /** Whose place it is. */
  public interface Owner {
    /** File descriptors of the listening sockets; empty: they can't be handed over. */
    List<Integer> sockets();

    /** The monitor that leads, if it is known. */
    Optional<URI> monitor();

    /** Closes the port for orders; gives those that hold, of which there will be no more. */
    StandingOrders freeAdmin();

    /** Opens it again, since the successor failed. */
    void reopenAdmin();

    /** Accepts no more connections, and returns when the last one has ended. */
    void leave();
  }

  private final Path path;
  private final Owner owner;
  private final MultiThreadIoEventLoopGroup group;
  private final Channel listener;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean left;

  /**
   * Opens the door; whoever had one at this path has none any more.
   *
   * @throws HandOverException if the path can't be used
   */
  public Door(Path path, Owner owner) {
    this.path = path.toAbsolutePath();
    this.owner = owner;
    if (!Epoll.isAvailable()) {
      throw new HandOverException(
          "nothing can be handed over on this machine: expected Linux with epoll",
          Epoll.unavailabilityCause());
    }
    this.group = Predecessor.group("hand-over-door");
    try {
      this.listener = open();
    } catch (IOException unusable) {
      Predecessor.end(group);
      throw new HandOverException(
          "Unix socket %s: %s, expected a path that can be used".formatted(path, unusable),
          unusable);
    }
  }

  /** Under another name first, so that there is never none, nor one that others may use. */
  private Channel open() throws IOException {
    Path next = path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid());
    Files.createDirectories(path.getParent());
    Files.deleteIfExists(next);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    Talk talk = new Talk();
                    channel.pipeline().addLast(talk);
                    Thread.ofVirtual().name("hand-over").start(() -> answer(talk));
                  }
                })
            .bind(new DomainSocketAddress(next.toFile()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(bound.cause());
    }
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return bound.channel();
  }

  private void answer(Talk talk) {
    if (left || busy.getAndSet(true)) {
      talk.close();
      return;
    }
    try {
      if (handOver(talk)) {
        left = true;
        owner.leave();
      }
    } finally {
      talk.close();
      busy.set(false);
    }
  }

  /** Whether the successor serves now. */
  private boolean handOver(Talk talk) {
    boolean closed = false;
    try {
      talk.expect("take 1", PATIENCE);
      List<Integer> sockets = owner.sockets();
      if (sockets.isEmpty()) {
        talk.say("sockets that can't be handed over: expected transport epoll");
        return false;
      }
      LOG.info("a successor asks for {} sockets", sockets.size());
      talk.say(
          "sockets %d %s"
              .formatted(sockets.size(), owner.monitor().map(URI::toString).orElse("-")));
      talk.expect("send", PATIENCE);
      talk.give(sockets);
      talk.expect("admin", PATIENCE);
      closed = true;
      owner.freeAdmin().lines().forEach(talk::say);
      talk.say("free");
      talk.expect("serving", PATIENCE);
      talk.say("leaving");
      LOG.info("the successor serves: connections that are open here end with their next response");
      return true;
    } catch (HandOverException failed) {
      LOG.warn("no hand-over: {}", failed.getMessage());
    } catch (RuntimeException fault) {
      LOG.error("no hand-over by a fault of our own", fault);
    }
    if (closed) {
      owner.reopenAdmin();
    }
    return false;
  }

  /** Closes the door; its path stays if it is a successor's by now. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    Predecessor.end(group);
    if (!left) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException failed) {
        LOG.warn("{} can't be removed: {}", path, failed.toString());
      }
    }
  }
}
