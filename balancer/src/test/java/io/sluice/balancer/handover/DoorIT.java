package io.sluice.balancer.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The conversation between successor and predecessor, over a real Unix socket. */
final class DoorIT {
  private static final URI MONITOR = URI.create("http://127.0.0.1:8080");

  private final StandingOrders orders =
      new StandingOrders(
          Optional.of(false),
          IntStream.range(0, 200)
              .mapToObj(i -> URI.create("http://a-server-with-a-long-name-%d.test:80".formatted(i)))
              .toList(),
          List.of(URI.create("http://b:80")));
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final FileDescriptor[] pipe = pipe();
  @TempDir private Path directory = Path.of("");

  private static FileDescriptor[] pipe() {
    Epoll.ensureAvailability();
    try {
      return FileDescriptor.pipe();
    } catch (IOException failed) {
      throw new AssertionError("no pipe", failed);
    }
  }

  @AfterEach
  void close() throws IOException {
    mayEnd.countDown();
    for (FileDescriptor end : pipe) {
      end.close();
    }
  }

  /** Hands the ends of a pipe over, which are as good as sockets here. */
  private class Owner implements Door.Owner {
    private final boolean able;

    Owner(boolean able) {
      this.able = able;
    }

    @Override
    public List<Integer> sockets() {
      return able ? List.of(pipe[0].intValue(), pipe[1].intValue()) : List.of();
    }

    @Override
    public Optional<URI> monitor() {
      return Optional.of(MONITOR);
    }

    @Override
    public StandingOrders freeAdmin() {
      done.add("free");
      return orders;
    }

    @Override
    public void reopenAdmin() {
      done.add("reopen");
    }

    @Override
    public void leave() {
      done.add("leave");
      await().forever().until(() -> mayEnd.getCount() == 0);
    }
  }

  private Path path() {
    return directory.resolve("deep").resolve("zone1.sock");
  }

  @Test
  void descriptorsPassOverAndTheSuccessorHearsWhenTheOtherHasEnded() throws Exception {
    Door door = new Door(path(), new Owner(true));
    try (Predecessor before = Predecessor.ask(path()).orElseThrow()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
          .isEqualTo("rw-------");
      assertThat(before.monitor()).contains(MONITOR);
      assertThat(before.sockets()).hasSize(2).doesNotContain(pipe[0].intValue());
      passes(before.sockets());

      assertThat(before.freeAdmin()).isEqualTo(orders);
      assertThat(done).containsExactly("free");
      before.serving();
      await().until(() -> done.contains("leave"));
      assertThat(before.gone()).isNotDone();
      mayEnd.countDown();
      await().until(() -> before.gone().isDone());
    } finally {
      door.close();
    }
    assertThat(path()).as("by now it may be the successor's").exists();
  }

  /** What is written into the received copy of one end comes out of the other. */
  private static void passes(List<Integer> ends) throws IOException {
    FileDescriptor out = new FileDescriptor(ends.get(1));
    java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocateDirect(1).put((byte) 7).flip();
    assertThat(out.write(bytes, 0, 1)).isEqualTo(1);
    out.close();
    FileDescriptor in = new FileDescriptor(ends.get(0));
    java.nio.ByteBuffer read = java.nio.ByteBuffer.allocateDirect(1);
    assertThat(in.read(read, 0, 1)).isEqualTo(1);
    in.close();
    assertThat(read.get(0)).isEqualTo((byte) 7);
  }

  @Test
  void aSuccessorThatGivesUpLeavesThePortForOrdersToTheOther() {
    try (Door door = new Door(path(), new Owner(true))) {
      try (Predecessor before = Predecessor.ask(path()).orElseThrow()) {
        before.freeAdmin();
      }
      await().until(() -> done.contains("reopen"));
      assertThat(done).containsExactly("free", "reopen");

      try (Predecessor again = Predecessor.ask(path()).orElseThrow()) {
        assertThat(again.sockets()).hasSize(2);
      }
      assertThat(door).isNotNull();
    }
    assertThat(path()).as("nobody is there any more").doesNotExist();
  }

  @Test
  void aSecondSuccessorIsRefusedWhileTheFirstTakesOver() {
    try (Door door = new Door(path(), new Owner(true));
        Predecessor first = Predecessor.ask(path()).orElseThrow()) {
      assertThatThrownBy(() -> Predecessor.ask(path())).isInstanceOf(HandOverException.class);
      assertThat(first.gone()).isNotDone();
      assertThat(door).isNotNull();
    }
  }

  @Test
  void whoCanNotHandOverSaysWhy() {
    try (Door door = new Door(path(), new Owner(false))) {
      assertThatThrownBy(() -> Predecessor.ask(path()))
          .isInstanceOf(HandOverException.class)
          .hasMessageContaining("epoll");
      assertThat(door).isNotNull();
    }
  }

  @Test
  void whereNobodyRunsNobodyIsFound() throws IOException {
    assertThat(Predecessor.ask(path())).isEmpty();

    Files.createDirectories(path().getParent());
    Files.writeString(path(), "left behind");

    assertThat(Predecessor.ask(path())).isEmpty();
    try (Door door = new Door(path(), new Owner(true));
        Predecessor before = Predecessor.ask(path()).orElseThrow()) {
      assertThat(before.sockets()).hasSize(2);
      assertThat(door).isNotNull();
    }
  }

  @Test
  void aFaultInTheMidstLeavesEverythingAsItWas() {
    Owner faulty =
        new Owner(true) {
          @Override
          public StandingOrders freeAdmin() {
            throw new IllegalStateException("a fault after %s".formatted(super.freeAdmin()));
          }
        };
    try (Door door = new Door(path(), faulty);
        Predecessor before = Predecessor.ask(path()).orElseThrow()) {
      assertThatThrownBy(before::freeAdmin).isInstanceOf(HandOverException.class);
      await().until(() -> done.contains("reopen"));
      assertThat(done).containsExactly("free", "reopen");
      assertThat(door).isNotNull();
    }
  }
}
