package io.sluice.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.sluice.balancer.proxy.EpollBed.Heard;
import io.sluice.balancer.proxy.EpollBed.Pair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A wire over epoll against a raw peer. Where nothing is told twice, nothing may be missed. */
final class EpollWireIT {
  private static final int MUCH_BYTES = 4 << 20;

  private static byte[] bytes(int count) {
    byte[] some = new byte[count];
    new SplittableRandom(count).nextBytes(some);
    return some;
  }

  private static void reset(Socket peer) throws IOException {
    peer.setSoLinger(true, 0);
    peer.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMessageThatIsCutAnywhereComesWhole(boolean toServer) throws Exception {
    byte[] message = bytes(120);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(toServer, heard);
      pair.peer().setTcpNoDelay(true);
      for (int cut = 1; cut < message.length; cut++) {
        pair.peer().getOutputStream().write(message, 0, cut);
        int first = all.size() + cut;
        await().pollDelay(Duration.ZERO).until(() -> bed.size(heard) == first);
        pair.peer().getOutputStream().write(message, cut, message.length - cut);
        all.writeBytes(message);
        await().pollDelay(Duration.ZERO).until(() -> bed.size(heard) == all.size());
      }
      assertThat(bed.bytes(heard)).isEqualTo(all.toByteArray());
      assertThat(bed.heard(heard)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEndBehindTheLastBytesIsToldAfterThem(boolean toServer) throws Exception {
    for (int size : new int[] {0, 1, 1000, 128 * 1024, 300_000}) {
      Heard heard = new Heard();
      try (EpollBed bed = new EpollBed()) {
        Pair pair = bed.pair(toServer, heard);
        bed.run(pair.wire()::endsOneSideAtATime);
        pair.peer().getOutputStream().write(bytes(size));
        pair.peer().shutdownOutput();
        await().until(() -> bed.heard(heard).equals("end"));

        assertThat(bed.bytes(heard)).isEqualTo(bytes(size));
        assertThat(bed.onLoop(pair.wire()::inputEnded)).isTrue();
        bed.run(() -> {
          pair.wire().write(EpollBed.heap(bytes(10)));
          pair.wire().closeAfterAll();
        });
        assertThat(pair.peer().getInputStream().readAllBytes()).isEqualTo(bytes(10));
        await().until(() -> bed.heard(heard).equals("end closed"));
      }
    }
  }

  @Test
  void theEndOfAServerClosesUnlessOneSideMayEndAlone() throws Exception {
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(true, heard);
      pair.peer().shutdownOutput();

      await().until(() -> bed.heard(heard).equals("closed"));
      assertThat(bed.onLoop(pair.wire()::open)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aResetFailsAndCloses(boolean toServer) throws Exception {
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(toServer, heard);
      reset(pair.peer());

      // Who listens to a client closes by itself when that has failed.
      String told = toServer ? "failed closed" : "failed end";
      await().until(() -> bed.heard(heard).equals(told));
      bed.run(pair.wire()::close);
      await().until(() -> bed.heard(heard).endsWith("closed"));
      bed.run(pair.wire()::close);
      assertThat(bed.heard(heard)).isEqualTo(toServer ? "failed closed" : "failed end closed");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatASmallSocketTakesBitByBitArrivesWhole(boolean toServer) throws Exception {
    byte[] much = bytes(MUCH_BYTES);
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(toServer, heard);
      new io.netty.channel.unix.Socket(pair.descriptor()).setSendBufferSize(4 * 1024);
      SplittableRandom random = new SplittableRandom(7);
      bed.run(() -> {
        for (int from = 0; from < much.length; ) {
          int to = Math.min(much.length, from + 1 + random.nextInt(20_000));
          pair.wire().write(EpollBed.heap(Arrays.copyOfRange(much, from, to)));
          if (random.nextInt(3) == 0) {
            pair.wire().flush();
          }
          from = to;
        }
        pair.wire().flush();
      });
      assertThat(bed.onLoop(pair.wire()::writable)).isFalse();
      assertThat(pair.peer().getInputStream().readNBytes(much.length)).isEqualTo(much);

      await().until(() -> bed.onLoop(pair.wire()::bufferedBytes) == 0);
      assertThat(bed.onLoop(pair.wire()::left)).isEqualTo(much.length);
      assertThat(bed.heard(heard)).isEqualTo("room room");
    }
  }

  /** Stops after every part, and goes on some turns later. */
  private static final class Stopping extends Heard {
    private final EpollBed bed;
    private final AtomicReference<Wire> wire = new AtomicReference<>();
    private final SplittableRandom random = new SplittableRandom(3);

    Stopping(EpollBed bed) {
      this.bed = bed;
    }

    @Override
    public void received(ByteBuf part) {
      super.received(part);
      wire.get().read(false);
      if (random.nextInt(2) == 0) {
        wire.get().read(true);
        wire.get().read(false);
      }
      if (random.nextInt(4) > 0) {
        bed.loop.execute(() -> wire.get().read(true));
      }
    }

    @Override
    public void readComplete() {
      bed.loop.execute(() -> wire.get().read(true));
      if (random.nextInt(4) == 0) {
        wire.get().read(true);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoStopsReadingAndGoesOnMissesNothing(boolean toServer) throws Exception {
    byte[] much = bytes(MUCH_BYTES);
    try (EpollBed bed = new EpollBed()) {
      Stopping heard = new Stopping(bed);
      Pair pair = bed.pair(toServer, heard);
      bed.run(() -> {
        heard.wire.set(pair.wire());
        pair.wire().endsOneSideAtATime();
      });
      pair.peer().getOutputStream().write(much);
      pair.peer().shutdownOutput();

      await().until(() -> bed.heard(heard).equals("end"));
      assertThat(bed.bytes(heard)).isEqualTo(much);
    }
  }

  @Test
  void ofAClientThatHasToWaitLittleIsHeld() throws Exception {
    AtomicReference<Wire> wire = new AtomicReference<>();
    Heard heard =
        new Heard() {
          @Override
          public void received(ByteBuf part) {
            super.received(part);
            wire.get().read(false);
          }
        };
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(false, heard);
      wire.set(pair.wire());
      bed.run(() -> pair.wire().read(false));
      pair.peer().setSendBufferSize(1 << 20);
      pair.peer().getOutputStream().write(bytes(60_000));
      bed.run(() -> pair.wire().read(true));

      await().until(() -> bed.size(heard) > 0);
      assertThat(bed.size(heard)).isLessThanOrEqualTo(16 * 1024);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatComesWhileNobodyReadsIsToldLater(boolean toServer) throws Exception {
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(toServer, heard);
      bed.run(() -> {
        pair.wire().endsOneSideAtATime();
        pair.wire().read(false);
      });
      pair.peer().getOutputStream().write(bytes(1000));
      pair.peer().shutdownOutput();
      // Whatever the wire is told of it, it was told before this comes over another one.
      Heard other = new Heard();
      Pair later = bed.pair(toServer, other);
      later.peer().getOutputStream().write(1);
      await().until(() -> bed.size(other) == 1);
      assertThat(bed.size(heard)).isZero();
      assertThat(bed.heard(heard)).isEmpty();

      bed.run(() -> pair.wire().read(true));
      await().until(() -> bed.heard(heard).equals("end"));
      assertThat(bed.size(heard)).isEqualTo(1000);
    }
  }

  @Test
  void aClientThatResetsIsMissedThoughItIsNotRead() throws Exception {
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(false, heard);
      bed.run(() -> pair.wire().read(false));
      pair.peer().getOutputStream().write(bytes(100));
      reset(pair.peer());

      await().until(() -> bed.heard(heard).equals("failed end"));
      bed.run(() -> {
        pair.wire().write(EpollBed.heap(bytes(100)));
        pair.wire().flush();
        pair.wire().endAfterAll();
      });
      assertThat(bed.onLoop(pair.wire()::bufferedBytes)).isZero();
      await().until(() -> bed.heard(heard).equals("failed end closed"));
    }
  }

  @Test
  void aClientThatResetsWhileMuchWaitsForItIsClosed() throws Exception {
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(false, heard);
      bed.run(() -> {
        pair.wire().read(false);
        pair.wire().write(EpollBed.heap(bytes(MUCH_BYTES)));
        pair.wire().flush();
      });
      assertThat(bed.onLoop(pair.wire()::bufferedBytes)).isPositive();
      reset(pair.peer());

      await().until(() -> bed.heard(heard).endsWith("failed closed"));
      assertThat(bed.onLoop(pair.wire()::bufferedBytes)).isZero();
      bed.run(() -> pair.wire().write(EpollBed.heap(bytes(100))));
    }
  }

  @Test
  void theAnswerOfAServerThatStoppedListeningIsReadToItsEnd() throws Exception {
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(true, heard);
      bed.run(() -> {
        pair.wire().read(false);
        pair.wire().write(EpollBed.heap(bytes(100_000)));
        pair.wire().flush();
      });
      pair.peer().getOutputStream().write(bytes(5000));
      pair.peer().getInputStream().readNBytes(10);
      pair.peer().close();
      await()
          .until(() -> {
            bed.run(() -> {
              pair.wire().write(EpollBed.heap(bytes(100)));
              pair.wire().flush();
            });
            return bed.heard(heard).contains("failed");
          });
      assertThat(bed.onLoop(pair.wire()::open)).isTrue();
      assertThat(bed.onLoop(pair.wire()::writable)).isFalse();

      bed.run(() -> pair.wire().read(true));
      await().until(() -> bed.heard(heard).endsWith("closed"));
      assertThat(bed.bytes(heard)).isEqualTo(bytes(5000));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ourSideEndsAfterAllThatWasWrittenAndTheOtherGoesOn(boolean toServer) throws Exception {
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(toServer, heard);
      bed.run(() -> {
        pair.wire().endsOneSideAtATime();
        pair.wire().write(EpollBed.heap(bytes(MUCH_BYTES)));
        pair.wire().endAfterAll();
        pair.wire().write(EpollBed.heap(bytes(1)));
      });
      assertThat(pair.peer().getInputStream().readAllBytes()).isEqualTo(bytes(MUCH_BYTES));
      pair.peer().getOutputStream().write(bytes(77));
      pair.peer().shutdownOutput();

      await().until(() -> bed.heard(heard).endsWith("end"));
      assertThat(bed.bytes(heard)).isEqualTo(bytes(77));
      assertThat(bed.onLoop(pair.wire()::open)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWireClosesOnlyOnceAllHasLeft(boolean toServer) throws Exception {
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(toServer, heard);
      bed.run(() -> {
        pair.wire().write(EpollBed.heap(bytes(MUCH_BYTES)));
        pair.wire().closeAfterAll();
      });
      assertThat(bed.onLoop(pair.wire()::open)).isTrue();
      assertThat(pair.peer().getInputStream().readAllBytes()).isEqualTo(bytes(MUCH_BYTES));
      await().until(() -> bed.heard(heard).endsWith("closed"));
    }
  }

  @Test
  void aResetIsOneForThePeer() throws Exception {
    Heard heard = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair pair = bed.pair(false, heard);
      InputStream in = pair.peer().getInputStream();
      bed.run(() -> {
        pair.wire().reset();
        pair.wire().reset();
        pair.wire().close();
      });
      assertThatThrownBy(in::read)
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      await().until(() -> bed.heard(heard).equals("closed"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFaultOfOneListenerIsNoLossToOthers(boolean toServer) throws Exception {
    Heard faulty =
        new Heard() {
          @Override
          public void received(ByteBuf part) {
            part.release();
            throw new IllegalStateException("a fault, as planned by this test");
          }
        };
    Heard first = new Heard();
    Heard last = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair before = bed.pair(toServer, first);
      Pair broken = bed.pair(toServer, faulty);
      Pair after = bed.pair(toServer, last);
      bed.run(() -> {
        // All three are ready when the loop looks again.
        for (Pair pair : new Pair[] {before, broken, after}) {
          send(pair.peer());
        }
      });
      await().until(() -> bed.size(first) == 1 && bed.size(last) == 1);
      await().until(() -> bed.heard(faulty).equals("failed closed"));
      assertThat(bed.onLoop(after.wire()::open)).isTrue();
    }
  }

  private static void send(Socket peer) {
    try {
      peer.getOutputStream().write(1);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Test
  void whoSendsWithoutEndLeavesOthersTheirTurn() throws Exception {
    AtomicInteger rest = new AtomicInteger(64 << 20);
    Heard flooded =
        new Heard() {
          @Override
          public void received(ByteBuf part) {
            rest.addAndGet(-part.readableBytes());
            part.release();
          }
        };
    Heard other = new Heard();
    try (EpollBed bed = new EpollBed()) {
      Pair flood = bed.pair(false, flooded);
      Pair quiet = bed.pair(false, other);
      Thread flooding =
          Thread.ofVirtual()
              .start(() -> {
                byte[] part = new byte[1 << 20];
                for (int i = 0; i < 64; i++) {
                  write(flood.peer(), part);
                }
              });
      for (int i = 1; i <= 20; i++) {
        int count = i;
        send(quiet.peer());
        await().pollDelay(Duration.ZERO).until(() -> bed.size(other) == count);
      }
      flooding.join();
      await().until(() -> rest.get() == 0);
    }
  }

  private static void write(Socket peer, byte[] part) {
    try {
      peer.getOutputStream().write(part);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
