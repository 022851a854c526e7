package io.sluice.balancer.sticky;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SignerTest {
  private final Signer signer = new Signer("0123456789abcdef");

  @Test
  void signsAServersNameAlwaysTheSameWay() {
    String value = signer.sign("zone1-4");

    assertThat(value).isEqualTo(new Signer("0123456789abcdef").sign("zone1-4"));
    assertThat(value).matches("zone1-4\\.[A-Za-z0-9_-]{22}");
    assertThat(Signer.serverIn(value)).isEqualTo("zone1-4");
    assertThat(Signer.same(value, signer.sign("zone1-4"))).isTrue();
  }

  @Test
  void anotherServerOrAnotherKeyHasAnotherSignature() {
    String signature = signer.sign("zone1-4").substring("zone1-4".length());

    assertThat(signer.sign("zone1-5")).doesNotEndWith(signature);
    assertThat(new Signer("0123456789abcdeg").sign("zone1-4")).doesNotEndWith(signature);
    assertThat(Signer.same("zone1-5" + signature, signer.sign("zone1-5"))).isFalse();
  }

  @Test
  void findsNoServerInWhatNoBalancerWrote() {
    assertThat(Signer.serverIn("")).isEmpty();
    assertThat(Signer.serverIn("zone1-4")).isEmpty();
  }

  @Test
  void refusesShortKeysAndKeepsThemOutOfLogs() {
    assertThatThrownBy(() -> new StickyConfig("c", "short")).hasMessageContaining("16 or more");
    assertThatThrownBy(() -> new StickyConfig("c;d", "0123456789abcdef"))
        .hasMessageContaining("letters");
    assertThat(new StickyConfig("c", "0123456789abcdef").toString()).doesNotContain("0123");
  }
}
