package io.sluice.balancer.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A server of gRPC, whose messages are bytes, with gRPC's health service. */
final class GrpcServer implements AutoCloseable {
  static final MethodDescriptor<byte[], byte[]> UNARY = method("unary", MethodType.UNARY);
  static final MethodDescriptor<byte[], byte[]> COUNT =
      method("count", MethodType.SERVER_STREAMING);
  static final MethodDescriptor<byte[], byte[]> SUM = method("sum", MethodType.CLIENT_STREAMING);
  static final MethodDescriptor<byte[], byte[]> TALK = method("talk", MethodType.BIDI_STREAMING);
  static final MethodDescriptor<byte[], byte[]> FAIL = method("fail", MethodType.UNARY);
  static final MethodDescriptor<byte[], byte[]> HANG = method("hang", MethodType.UNARY);
  static final MethodDescriptor<byte[], byte[]> POUR = method("pour", MethodType.SERVER_STREAMING);

  /** What one message of {@link #POUR} has. */
  static final int POURED_BYTES = 64 * 1024;

  private static final MethodDescriptor<byte[], byte[]> HEALTH =
      describe("grpc.health.v1.Health/Check", MethodType.UNARY);
  private static final byte[] SERVING = {8, 1};
  private static final byte[] NOT_SERVING = {8, 2};

  final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger poured = new AtomicInteger();
  final AtomicBoolean serving = new AtomicBoolean(true);
  final CountDownLatch hanging = new CountDownLatch(1);
  final CountDownLatch cancelled = new CountDownLatch(1);
  private final Server server;

  GrpcServer() throws IOException {
    this(Integer.MAX_VALUE);
  }

  /** One that takes so many calls at once on a connection. */
  GrpcServer(int streamsMax) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxConcurrentCallsPerConnection(streamsMax)
            .addService(
                ServerServiceDefinition.builder("test")
                    .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
                    .addMethod(COUNT, ServerCalls.asyncServerStreamingCall(this::count))
                    .addMethod(SUM, ServerCalls.asyncClientStreamingCall(GrpcServer::sum))
                    .addMethod(TALK, ServerCalls.asyncBidiStreamingCall(GrpcServer::talk))
                    .addMethod(FAIL, ServerCalls.asyncUnaryCall(GrpcServer::fail))
                    .addMethod(HANG, ServerCalls.asyncUnaryCall(this::hang))
                    .addMethod(POUR, ServerCalls.asyncServerStreamingCall(this::pour))
                    .build())
            .addService(
                ServerServiceDefinition.builder("grpc.health.v1.Health")
                    .addMethod(HEALTH, health())
                    .build())
            .build()
            .start();
  }

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return describe("test/" + name, type);
  }

  private static MethodDescriptor<byte[], byte[]> describe(String name, MethodType type) {
    return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
        .setFullMethodName(name)
        .setType(type)
        .build();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream message) {
      try {
        return message.readAllBytes();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }

  private ServerCallHandler<byte[], byte[]> health() {
    return ServerCalls.asyncUnaryCall((question, answer) -> {
      answer.onNext(serving.get() ? SERVING : NOT_SERVING);
      answer.onCompleted();
    });
  }

  URI address() {
    return URI.create("h2c://127.0.0.1:" + server.getPort());
  }

  int port() {
    return server.getPort();
  }

  private void unary(byte[] question, StreamObserver<byte[]> answer) {
    calls.incrementAndGet();
    answer.onNext(question);
    answer.onCompleted();
  }

  /** Says the numbers below the one that is asked for. */
  private void count(byte[] question, StreamObserver<byte[]> answer) {
    calls.incrementAndGet();
    int to = Integer.parseInt(new String(question, UTF_8));
    for (int i = 0; i < to; i++) {
      answer.onNext(Integer.toString(i).getBytes(UTF_8));
    }
    answer.onCompleted();
  }

  private static StreamObserver<byte[]> sum(StreamObserver<byte[]> answer) {
    return new Each() {
      private long bytes;

      @Override
      public void onNext(byte[] message) {
        bytes += message.length;
      }

      @Override
      public void onCompleted() {
        answer.onNext(Long.toString(bytes).getBytes(UTF_8));
        answer.onCompleted();
      }
    };
  }

  private static StreamObserver<byte[]> talk(StreamObserver<byte[]> answer) {
    return new Each() {
      @Override
      public void onNext(byte[] message) {
        answer.onNext(message);
      }

      @Override
      public void onCompleted() {
        answer.onCompleted();
      }
    };
  }

  private abstract static class Each implements StreamObserver<byte[]> {
    @Override
    public void onError(Throwable gone) {
      // Whoever called has left.
    }
  }

  private static void fail(byte[] question, StreamObserver<byte[]> answer) {
    answer.onError(
        Status.FAILED_PRECONDITION.withDescription("of its own: 100 %").asRuntimeException());
  }

  private void hang(byte[] question, StreamObserver<byte[]> answer) {
    var call = (ServerCallStreamObserver<byte[]>) answer;
    call.setOnCancelHandler(cancelled::countDown);
    hanging.countDown();
  }

  /** Sends as long as somebody reads. */
  private void pour(byte[] question, StreamObserver<byte[]> answer) {
    var call = (ServerCallStreamObserver<byte[]>) answer;
    while (!call.isCancelled() && poured.get() < 10_000) {
      if (call.isReady()) {
        call.onNext(new byte[POURED_BYTES]);
        poured.incrementAndGet();
      } else {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  /** Ends at once, whatever is under way. */
  void die() {
    server.shutdownNow();
  }

  /** Takes no further calls and ends with the last one. */
  void leave() {
    server.shutdown();
  }

  @Override
  public void close() {
    die();
  }
}
