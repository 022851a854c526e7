package io.sluice.topology.stream;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.topic.Topics;
import java.util.Arrays;

/**
 * Reports of balancers between the two halves of observe: behind a byte that tells them from panes,
 * whose versions they count on from. An earlier release takes them for a later one's panes, and
 * leaves them out.
 */
final class BalancerReports {
  private static final byte VERSION = 3;

  private BalancerReports() {}

  static byte[] packed(byte[] report) {
    byte[] packed = new byte[report.length + 1];
    packed[0] = VERSION;
    System.arraycopy(report, 0, packed, 1, report.length);
    return packed;
  }

  static boolean isOne(byte[] record) {
    return record.length > 1 && record[0] == VERSION;
  }

  static Decoded<BalancerMetrics> unpacked(byte[] record) {
    return Topics.BALANCER_METRICS.value().decode(Arrays.copyOfRange(record, 1, record.length));
  }
}
