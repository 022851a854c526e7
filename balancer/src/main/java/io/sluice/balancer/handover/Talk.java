package io.sluice.balancer.handover;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.DomainSocketChannelConfig;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A conversation over a Unix socket, line by line and socket by socket. Each side waits for the
 * other's answer, so lines and file descriptors never mix.
 */
final class Talk extends ChannelInboundHandlerAdapter implements AutoCloseable {
  /** What can arrive. */
  private sealed interface Arrival {
    /** A line, without its end. */
    record Line(String text) implements Arrival {}

    /** A file descriptor, which is this process's from now on. */
    record Descriptor(int number) implements Arrival {}

    /** Nothing comes any more. */
    record End() implements Arrival {}
  }

  private static final int LINE_MAX = 1024;

  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CompletableFuture<Channel> channel = new CompletableFuture<>();
  private final StringBuilder line = new StringBuilder();

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel.complete(context.channel());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof FileDescriptor descriptor) {
      arrivals.add(new Arrival.Descriptor(descriptor.intValue()));
      return;
    }
    ByteBuf bytes = (ByteBuf) message;
    while (bytes.isReadable()) {
      char next = (char) bytes.readUnsignedByte();
      if (next == '\n') {
        arrivals.add(new Arrival.Line(line.toString()));
        line.setLength(0);
      } else if (line.length() < LINE_MAX) {
        line.append(next);
      }
    }
    bytes.release();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    arrivals.add(new Arrival.End());
    ended.complete(null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // It ends the conversation, which whoever waits for an answer is told.
    var _ = context.close();
  }

  /** Completes when the other side is gone. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  void say(String text) {
    sent(channel.join().writeAndFlush(Unpooled.copiedBuffer(text + "\n", US_ASCII)));
  }

  void give(List<Integer> descriptors) {
    for (int descriptor : descriptors) {
      sent(channel.join().writeAndFlush(new FileDescriptor(descriptor)));
    }
  }

  private static void sent(ChannelFuture sending) {
    if (!sending.awaitUninterruptibly().isSuccess()) {
      throw new HandOverException("the other process is gone", sending.cause());
    }
  }

  /** From now on file descriptors are expected. */
  void expectDescriptors() {
    mode(DomainSocketReadMode.FILE_DESCRIPTORS);
  }

  /** Takes as many file descriptors, and expects lines again. */
  List<Integer> descriptors(int count, Duration patience) {
    List<Integer> descriptors = new ArrayList<>();
    while (descriptors.size() < count) {
      if (next(patience) instanceof Arrival.Descriptor(int number)) {
        descriptors.add(number);
      } else {
        throw new HandOverException(
            "%d of %d sockets came from the other process".formatted(descriptors.size(), count));
      }
    }
    mode(DomainSocketReadMode.BYTES);
    return List.copyOf(descriptors);
  }

  private void mode(DomainSocketReadMode mode) {
    if (channel.join().config() instanceof DomainSocketChannelConfig config) {
      config.setReadMode(mode);
    }
  }

  /** The next line. */
  String hear(Duration patience) {
    if (next(patience) instanceof Arrival.Line(String text)) {
      return text;
    }
    throw new HandOverException("the other process is gone");
  }

  /** The next line, which has to be this. */
  void expect(String word, Duration patience) {
    String heard = hear(patience);
    if (!heard.equals(word)) {
      throw new HandOverException("heard '%s': expected '%s'".formatted(heard, word));
    }
  }

  private Arrival next(Duration patience) {
    try {
      Arrival next = arrivals.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (next == null) {
        throw new HandOverException("no word from the other process for " + patience);
      }
      return next;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new HandOverException("interrupted while waiting for the other process", interrupted);
    }
  }

  @Override
  public void close() {
    channel.join().close().awaitUninterruptibly();
  }
}
