package io.sluice.compose.bench.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LoadTest {
  private static final String PRINTED =
      """
      Running 4s test @ http://127.0.0.1:8080/small
        1 threads and 64 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency     1.25ms    1.00ms  30.00ms   90.00%
          Req/Sec    50.00k     1.00k   52.00k    70.00%
        Latency Distribution
           50%  850.00us
           75%    1.40ms
           90%    2.50ms
           99%    1.02s
        204800 requests in 4.00s, 50.00MB read
      Requests/sec:  51200.50
      Transfer/sec:     12.50MB
      """;

  @Test
  void readsWhatWrkPrinted() {
    assertThat(Load.parse(PRINTED)).isEqualTo(new Load(204_800, 51_200.5, 0.85, 1020, 0, ""));
  }

  @Test
  void countsEveryKindOfError() {
    String errors =
        "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\n";
    Load load = Load.parse(PRINTED + errors);
    assertThat(load.errors()).isEqualTo(15);
    assertThat(load.troubles())
        .isEqualTo(
            "Socket errors: connect 1, read 2, write 3, timeout 4; Non-2xx or 3xx responses: 5");
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> Load.parse("unable to connect"))
        .isInstanceOf(BalancerBenchException.class)
        .hasMessageContaining("unable to connect");
  }

  @Test
  void readsHowManySystemCallsPerfCounted() {
    String line = "12345,,raw_syscalls:sys_enter,4000000000,100.00,,";
    assertThat(SystemCalls.parse(List.of("# started on Monday", "", line))).hasValue(12_345);
    assertThat(SystemCalls.parse(List.of("<not counted>,,raw_syscalls:sys_enter,0,0.00,,")))
        .isEmpty();
  }

  @Test
  void theMedianIsInTheMiddle() {
    assertThat(BalancerBench.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(BalancerBench.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
  }
}
