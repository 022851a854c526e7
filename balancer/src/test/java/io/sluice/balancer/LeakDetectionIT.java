package io.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.Test;

/** That integration tests are watched for buffers that are never released, each single one. */
final class LeakDetectionIT {
  @Test
  void aBufferThatNobodyReleasesIsFoundAndOneThatIsReleasedIsNot() {
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    ByteBufAllocator.DEFAULT.directBuffer().writeByte(1).release();
    assertThat(LeakDetection.take()).isEmpty();

    lose();
    assertThat(LeakDetection.take()).singleElement().asString().contains("LeakDetectionIT");
  }

  /** In a method of its own: nothing of it is on the stack afterwards. */
  private static void lose() {
    var _ = ByteBufAllocator.DEFAULT.directBuffer().writeByte(1);
  }
}
