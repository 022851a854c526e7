package io.sluice.provisioner.fleet.docker;

import static io.sluice.provisioner.fleet.docker.TestEngine.docker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.Started;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers that carry the labels of a server and are none: labels are handed on by images. */
class DockerCopiesIT extends EngineTrial {
  private static final String IMAGE = CLUSTER + "-copied";
  private static final String COPY = CLUSTER + "-a-copy";
  private Started original;

  @BeforeEach
  void copyAServer() throws IOException {
    fleet.watch(exits::add);
    original = fleet.start(spec(ONE));
    docker("commit", container(ONE), IMAGE);
  }

  @AfterEach
  void removeTheImage() throws IOException {
    leaveNothing();
    docker("rmi", "--force", IMAGE);
  }

  @Test
  void aCopyThatEndsIsNotTheEndOfTheOriginal() throws IOException {
    docker("run", "--name", COPY, IMAGE, "ask", "file:///etc/passwd");
    // Whatever was told of the copy was told before this.
    fleet.start(spec(TWO));
    docker("kill", container(TWO));
    assertThat(awaitExit().server()).isEqualTo(TWO);

    assertThat(exits).noneMatch(exit -> exit.server().equals(ONE));
    assertThat(fleet.list())
        .containsExactlyInAnyOrder(new Instance(ONE, true), new Instance(TWO, false));
    assertThat(answer(original.address(), "/health_check")).isEqualTo(ONE.toString());
  }

  @Test
  void aCopyIsNeitherCountedNorRemoved() throws IOException {
    docker("create", "--name", COPY, IMAGE);

    assertThat(fleet.list()).containsExactly(new Instance(ONE, true));
    fleet.stop(ONE, GRACE);
    assertThat(fleet.list()).isEmpty();
    fleet.stopAll(GRACE);

    assertThat(docker("ps", "-aq", "--filter", "name=^" + COPY + "$")).isNotEmpty();
  }

  @Test
  void aCopyUnderAnotherServersNameIsNotThatServer() throws IOException {
    docker("create", "--name", container(TWO), IMAGE);

    assertThat(fleet.list()).containsExactly(new Instance(ONE, true));
    assertThatThrownBy(() -> fleet.start(spec(TWO)))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("is none of cluster");
    fleet.stop(TWO, GRACE);
    assertThat(docker("ps", "-aq", "--filter", "name=^" + container(TWO) + "$")).isNotEmpty();
  }

  /**
   * The way to change a container by hand: the old one aside, one of the new image in its place.
   */
  @Test
  void aCopyInTheOriginalsPlaceIsNotTheOriginal() throws IOException {
    docker("rename", container(ONE), COPY);
    docker("create", "--name", container(ONE), IMAGE);

    assertThat(fleet.list()).isEmpty();
    assertThatThrownBy(() -> fleet.start(spec(ONE))).isInstanceOf(FleetException.class);
    fleet.stop(ONE, GRACE);
    assertThat(docker("ps", "-aq", "--filter", "label=sluice.cluster=" + CLUSTER).lines())
        .hasSize(2);
    assertThat(answer(original.address(), "/health_check")).isEqualTo(ONE.toString());
  }

  @Test
  void aServerThatWasRenamedIsKnownByWhatItWasStartedAs() throws IOException {
    docker("rename", container(ONE), COPY);

    assertThat(fleet.list().instances()).isEmpty();
    assertThat(fleet.list().bearers())
        .containsExactly(new Listing.Bearer(ONE, original.handle(), true));
    docker("kill", COPY);
    assertThat(awaitExit().handle()).contains(original.handle());
    fleet.stop(ONE, original.handle(), GRACE);

    assertThat(fleet.list().bearers()).isEmpty();
  }

  /** As a tool does that makes containers anew with a newer image of the same name. */
  @Test
  void whatWasMadeAnewInAServersPlaceIsNotStoppedInItsPlace() throws IOException {
    docker("rename", container(ONE), COPY);
    docker("tag", IMAGE, IMAGE + ":same");
    docker(
        "create",
        "--name",
        container(ONE),
        "--label",
        Labels.IMAGE + "=" + IMAGE + ":same",
        IMAGE + ":same");

    assertThat(fleet.list().instances()).containsExactly(new Instance(ONE, false));
    assertThat(fleet.list().bearers())
        .contains(new Listing.Bearer(ONE, original.handle(), true))
        .hasSize(2);
    fleet.stop(ONE, original.handle(), GRACE);
    assertThat(fleet.list().instances()).containsExactly(new Instance(ONE, false));
    // The journal does not know the server any more: what has its name is a stray.
    fleet.stop(ONE, GRACE);

    assertThat(fleet.list().bearers()).isEmpty();
    docker("rmi", "--force", IMAGE + ":same");
  }

  @Test
  void aServerWhoseImagesNameMeansAnotherOneByNowIsStillOurs() throws IOException {
    docker("tag", image(), IMAGE + ":moved");
    Started two = fleet.start(spec(TWO, template(IMAGE + ":moved", java.util.List.of())));
    docker("tag", IMAGE, IMAGE + ":moved");
    try {
      assertThat(fleet.list())
          .containsExactlyInAnyOrder(new Instance(ONE, true), new Instance(TWO, true));
      assertThat(fleet.start(spec(TWO)).handle()).isEqualTo(two.handle());
    } finally {
      fleet.stop(TWO, GRACE);
      docker("rmi", "--force", IMAGE + ":moved");
    }
  }
}
