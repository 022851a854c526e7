package io.sluice.provisioner.fleet.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangeTest {
  @Test
  void theHostIsWhereTheEngineSaysThatItIs() {
    assertThat(range("172.18.0.0/16", "", "172.18.9.9").hostAddress()).isEqualTo("172.18.9.9");
    assertThat(range("172.18.0.0/16", "", "172.18.9.9/16").hostAddress()).isEqualTo("172.18.9.9");
  }

  /** Seen with Docker 20.10.24, in a network namespace without a docker0. */
  @ParameterizedTest
  @CsvSource({
    "172.17.0.0/16, '', 172.17.0.1",
    "172.17.0.0/16, 172.17.128.0/20, 172.17.128.0",
    "172.17.0.0/16, 172.17.0.0/24, 172.17.0.1",
    "10.255.255.0/24, '', 10.255.255.1",
    "192.168.99.77/24, '', 192.168.99.1",
    "fd00::/64, '', fd00:0:0:0:0:0:0:1"
  })
  void withoutAGatewayItHasTheFirstAddressThatMayBeGivenAway(
      String subnet, String part, String host) {
    assertThat(range(subnet, part, "").hostAddress()).isEqualTo(host);
  }

  @Test
  void whatNamesNoNetworkIsNoRange() {
    assertThat(AddressRange.of(new Network.Ipam.Config())).isEmpty();
  }

  @Test
  void theVersionIsTheNetworks() {
    assertThat(range("172.17.0.0/16", "", "").isVersion4()).isTrue();
    assertThat(range("fd00::/64", "", "").isVersion4()).isFalse();
  }

  private static AddressRange range(String subnet, String part, String gateway) {
    Network.Ipam.Config told =
        new Network.Ipam.Config().withSubnet(subnet).withIpRange(part).withGateway(gateway);
    return AddressRange.of(told).orElseThrow();
  }
}
