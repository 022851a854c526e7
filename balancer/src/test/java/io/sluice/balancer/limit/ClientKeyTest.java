package io.sluice.balancer.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

final class ClientKeyTest {
  private static long key(String address) {
    return ClientKey.of(InetAddress.ofLiteral(address));
  }

  @Test
  void anIpv6NetworkIsOneClient() {
    assertThat(key("2001:db8:0:1::1")).isEqualTo(key("2001:db8:0:1:ffff::2"));
    assertThat(key("2001:db8:0:1::1")).isNotEqualTo(key("2001:db8:0:2::1"));
  }

  @Test
  void whoComesThroughATranslatorIsKnownByHisIpv4Address() {
    assertThat(key("64:ff9b::192.0.2.1")).isEqualTo(key("192.0.2.1"));
    assertThat(key("64:ff9b::192.0.2.2")).isNotEqualTo(key("64:ff9b::192.0.2.1"));
    assertThat(key("64:ff9b::1:192.0.2.2")).isEqualTo(key("64:ff9b::1:192.0.2.1"));
  }
}
