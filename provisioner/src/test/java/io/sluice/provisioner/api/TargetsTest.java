package io.sluice.provisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TargetsTest {
  @Test
  void pathsOfCallsAreTakenAsTheyAre() {
    for (String path :
        new String[] {
          "/",
          "/alive",
          "/v1/zones/zone1/policy",
          "/v1/commands/zone1@7",
          "/v1/commands/zone1%407",
          "/v1/zones/a%20b",
          "/v1/zones/%C3%BC",
          "/v1/zones/",
        }) {
      assertThat(Targets.objection(path)).as(path).isEmpty();
    }
  }

  @Property
  void whateverAParameterIsItsPathIsReadInOneWayAndStaysOnePart(@ForAll String value) {
    String path = Targets.path("/v1/zones/{zone}/scale", name -> value);

    assertThat(path).matches("/v1/zones/[A-Za-z0-9._~%-]*/scale");
    assertThat(java.net.URI.create("http://leader:1" + path).getRawAuthority())
        .isEqualTo("leader:1");
  }

  @Property
  void aPathThatIsTakenHasNoPartThatMeansAnotherPlace(@ForAll String text) {
    String path = "/v1/" + text;

    if (Targets.objection(path).isEmpty()) {
      assertThat(path.split("/", -1)).doesNotContain(".", "..");
      assertThat(path).doesNotContain("//").doesNotContain("\\").doesNotContain(";");
    }
  }
}
