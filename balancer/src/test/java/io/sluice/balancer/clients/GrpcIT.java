package io.sluice.balancer.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.sluice.balancer.Balancer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real client and real servers of gRPC, with a balancer in between. */
@Timeout(60)
final class GrpcIT {
  private final List<GrpcServer> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Balancer> balancers = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    balancers.forEach(Balancer::close);
    servers.forEach(GrpcServer::close);
  }

  private ManagedChannel before(GrpcServer... running) {
    servers.addAll(Arrays.asList(running));
    URI[] addresses = servers.stream().map(GrpcServer::address).toArray(URI[]::new);
    Balancer balancer = Front.knowing(addresses);
    balancers.add(balancer);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", balancer.traffic().getPort())
            .usePlaintext()
            .build();
    channels.add(channel);
    return channel;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String unary(ManagedChannel channel, String message) {
    byte[] answer =
        ClientCalls.blockingUnaryCall(
            channel, GrpcServer.UNARY, CallOptions.DEFAULT, bytes(message));
    return new String(answer, UTF_8);
  }

  /** Keeps what comes. */
  private static final class Heard implements StreamObserver<byte[]> {
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    final CountDownLatch over = new CountDownLatch(1);
    volatile Status status = Status.UNKNOWN;

    @Override
    public void onNext(byte[] message) {
      messages.add(new String(message, UTF_8));
    }

    @Override
    public void onError(Throwable failed) {
      status = Status.fromThrowable(failed);
      over.countDown();
    }

    @Override
    public void onCompleted() {
      status = Status.OK;
      over.countDown();
    }

    String next() throws InterruptedException {
      return String.valueOf(messages.poll(10, TimeUnit.SECONDS));
    }

    Status end() throws InterruptedException {
      assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
      return status;
    }
  }

  @Test
  void aUnaryCallIsAnswered() throws Exception {
    ManagedChannel channel = before(new GrpcServer());

    assertThat(unary(channel, "hello")).isEqualTo("hello");
    // A large one as well, both ways.
    String large = "x".repeat(3_000_000);
    assertThat(unary(channel, large)).isEqualTo(large);
  }

  @Test
  void aServerStreams() throws Exception {
    ManagedChannel channel = before(new GrpcServer());

    Iterator<byte[]> numbers =
        ClientCalls.blockingServerStreamingCall(
            channel, GrpcServer.COUNT, CallOptions.DEFAULT, bytes("10000"));

    int count = 0;
    while (numbers.hasNext()) {
      assertThat(new String(numbers.next(), UTF_8)).isEqualTo(Integer.toString(count));
      count++;
    }
    assertThat(count).isEqualTo(10_000);
  }

  @Test
  void aClientStreams() throws Exception {
    ManagedChannel channel = before(new GrpcServer());
    Heard heard = new Heard();

    StreamObserver<byte[]> call =
        ClientCalls.asyncClientStreamingCall(
            channel.newCall(GrpcServer.SUM, CallOptions.DEFAULT), heard);
    for (int i = 0; i < 1000; i++) {
      call.onNext(new byte[1000]);
    }
    call.onCompleted();

    assertThat(heard.next()).isEqualTo("1000000");
    assertThat(heard.end().isOk()).isTrue();
  }

  @Test
  void bothTalkByTurns() throws Exception {
    ManagedChannel channel = before(new GrpcServer());
    Heard heard = new Heard();

    StreamObserver<byte[]> call =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(GrpcServer.TALK, CallOptions.DEFAULT), heard);
    for (int i = 0; i < 100; i++) {
      call.onNext(bytes("message " + i));
      // The answer comes while the request goes on.
      assertThat(heard.next()).isEqualTo("message " + i);
    }
    call.onCompleted();

    assertThat(heard.end().isOk()).isTrue();
  }

  @Test
  void aServersOwnStatusArrivesAsItSaidIt() throws Exception {
    ManagedChannel channel = before(new GrpcServer());

    assertThatThrownBy(() ->
            ClientCalls.blockingUnaryCall(channel, GrpcServer.FAIL, CallOptions.DEFAULT, bytes("")))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failed -> {
              assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
              assertThat(failed.getStatus().getDescription()).isEqualTo("of its own: 100 %");
            });
  }

  @Test
  void aDeadlineEndsTheCallAtItsServerToo() throws Exception {
    GrpcServer server = new GrpcServer();
    ManagedChannel channel = before(server);

    CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS);
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel, GrpcServer.HANG, soon, bytes("")))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failed ->
                assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    assertThat(server.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoTakesACallBackTakesItFromItsServer() throws Exception {
    GrpcServer server = new GrpcServer();
    ManagedChannel channel = before(server);
    ClientCall<byte[], byte[]> call = channel.newCall(GrpcServer.HANG, CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.sendMessage(bytes(""));
    call.halfClose();
    assertThat(server.hanging.await(10, TimeUnit.SECONDS)).isTrue();

    call.cancel("enough", null);

    assertThat(server.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(unary(channel, "still there")).isEqualTo("still there");
  }

  @Test
  void aServerThatDiesTakesOnlyItsCallsAlong() throws Exception {
    GrpcServer mortal = new GrpcServer();
    GrpcServer other = new GrpcServer();
    ManagedChannel channel = before(mortal, other);
    List<Heard> talks = new ArrayList<>();
    List<StreamObserver<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Heard heard = new Heard();
      talks.add(heard);
      calls.add(
          ClientCalls.asyncBidiStreamingCall(
              channel.newCall(GrpcServer.TALK, CallOptions.DEFAULT), heard));
      calls.getLast().onNext(bytes("one"));
      assertThat(heard.next()).isEqualTo("one");
    }

    mortal.die();

    long ended = 0;
    for (int i = 0; i < 40; i++) {
      assertThat(unary(channel, "call " + i)).isEqualTo("call " + i);
    }
    await().until(() -> talks.stream().anyMatch(talk -> talk.over.getCount() == 0));
    for (Heard talk : talks) {
      if (talk.over.getCount() == 0) {
        assertThat(talk.end().isOk()).isFalse();
        ended++;
      }
    }
    assertThat(ended).isBetween(1L, 5L);
  }

  @Test
  void aServerThatLeavesFinishesItsCalls() throws Exception {
    GrpcServer leaving = new GrpcServer();
    GrpcServer other = new GrpcServer();
    ManagedChannel channel = before(leaving, other);
    List<Heard> talks = new ArrayList<>();
    List<StreamObserver<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Heard heard = new Heard();
      talks.add(heard);
      calls.add(
          ClientCalls.asyncBidiStreamingCall(
              channel.newCall(GrpcServer.TALK, CallOptions.DEFAULT), heard));
      calls.getLast().onNext(bytes("before"));
      assertThat(heard.next()).isEqualTo("before");
    }

    leaving.leave();
    for (int i = 0; i < 20; i++) {
      assertThat(unary(channel, "call " + i)).isEqualTo("call " + i);
    }

    for (int i = 0; i < talks.size(); i++) {
      calls.get(i).onNext(bytes("after"));
      assertThat(talks.get(i).next()).isEqualTo("after");
      calls.get(i).onCompleted();
      assertThat(talks.get(i).end().isOk()).isTrue();
    }
  }

  @Test
  void noMoreStreamsAreBegunThanAServerTakes() throws Exception {
    GrpcServer strict = new GrpcServer(2);
    ManagedChannel channel = before(strict);
    List<Heard> talks = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      Heard heard = new Heard();
      talks.add(heard);
      ClientCalls.asyncBidiStreamingCall(
              channel.newCall(GrpcServer.TALK, CallOptions.DEFAULT), heard)
          .onNext(bytes("at once"));
    }

    // Further ones go over further connections, none waits and none is refused.
    for (Heard talk : talks) {
      assertThat(talk.next()).isEqualTo("at once");
    }
  }

  @Test
  void aClientThatDoesNotReadStopsItsServerAndNobodyElse() throws Exception {
    GrpcServer server = new GrpcServer();
    ManagedChannel channel = before(server);
    ClientCall<byte[], byte[]> slow = channel.newCall(GrpcServer.POUR, CallOptions.DEFAULT);
    slow.start(new ClientCall.Listener<>() {}, new Metadata());
    slow.sendMessage(bytes(""));
    slow.halfClose();
    // Whoever asks for no message, opens no window.
    await().until(() -> server.poured.get() > 0);

    for (int i = 0; i < 20; i++) {
      assertThat(unary(channel, "quick " + i)).isEqualTo("quick " + i);
    }

    await()
        .during(500, TimeUnit.MILLISECONDS)
        .until(() -> server.poured.get() * GrpcServer.POURED_BYTES < 8 * 1024 * 1024);
    slow.cancel("enough", null);
  }

  @Test
  void aClientOfHttp1IsServedToo() throws Exception {
    GrpcServer server = new GrpcServer();
    before(server);
    URI uri =
        URI.create("http://127.0.0.1:" + balancers.getFirst().traffic().getPort() + "/test/unary");
    byte[] message = {0, 0, 0, 0, 2, 'h', 'i'};

    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(uri)
                  .header("content-type", "application/grpc")
                  .header("te", "trailers")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(message))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(message);
      assertThat(server.calls).hasValue(1);
    }
  }
}
