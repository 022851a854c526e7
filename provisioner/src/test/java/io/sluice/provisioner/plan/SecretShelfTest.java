package io.sluice.provisioner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import io.sluice.schemas.vault.SealedSecret;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SecretShelfTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ServerId SERVER = ZONE.server(1);
  private static final Actor EVA = new Actor("eva");
  private static final SecretName PASSWORD = new SecretName("db-password");
  private static final SecretUse FILE = SecretUse.asFile(PASSWORD, "password");

  @Test
  void aTemplateIsSetWithTheVersionThatItsSecretHas() {
    Provisioner mind = with(secret(1), secret(2));

    Outcome outcome = mind.hear(set(FILE));

    assertThat(outcome.facts()).containsExactly(changed(mind, 2, FILE.of(2), Optional.empty()));
    mind.readBack();
    assertThat(mind.hear(set(FILE)).rulings()).containsExactly(new ChangeResult.Unchanged(2));
    assertThat(mind.hear(set(FILE.of(1))).facts())
        .containsExactly(changed(mind, 3, FILE.of(1), Optional.empty()));
  }

  @Test
  void aTemplateThatNamesASecretThatThereIsNotIsRefused() {
    Provisioner mind = with(secret(1));

    Outcome outcome =
        mind.hear(set(FILE.of(7), SecretUse.asVariable(new SecretName("token"), "TOKEN")));

    assertThat(outcome.records()).isFalse();
    assertThat(outcome.rulings())
        .containsExactly(
            new ChangeResult.NoSuchSecret(
                List.of("db-password of version 7", "token"), new TreeSet<>(Set.of(PASSWORD))));
  }

  @Test
  void anotherValueIsRecordedWithTheTemplatesThatFollowIt() {
    Provisioner mind = with(secret(1));
    mind.hear(set(FILE));
    mind.readBack();

    Outcome outcome = mind.hear(put(secret(2)));

    assertThat(outcome.secrets()).containsExactly(new SecretWrite.Put(secret(2)));
    assertThat(outcome.facts())
        .containsExactly(
            changed(mind, 3, FILE.of(2), Optional.of("secret db-password has version 2 now")));
    assertThat(outcome.rulings())
        .containsExactly(new ChangeResult.SecretStored(secret(2), new TreeSet<>(Set.of(ZONE))));
  }

  @Test
  void aTemplateOfTheConfigurationIsRecordedWithTheVersionThatItsSecretHas() {
    Provisioner mind = with(secret(1), secret(2));
    ServerTemplate named = Samples.template(Duration.ofSeconds(1), Duration.ofSeconds(1));
    FleetEvent first =
        new TemplateChanged(
            new ZoneId("zone2"),
            mind.now,
            1,
            named.with(List.of(FILE)),
            Actor.CONFIGURATION,
            Optional.empty());

    Outcome outcome = mind.begin(new TermStart(new Epoch(7), List.of(first), List.of()));

    assertThat(outcome.facts())
        .filteredOn(TemplateChanged.class::isInstance)
        .singleElement()
        .isInstanceOfSatisfying(
            TemplateChanged.class,
            told -> assertThat(told.template().secrets()).containsExactly(FILE.of(2)));
  }

  @Test
  void aZoneThatIsBeingRetiredIsLeftAsItIs() {
    Provisioner mind = with(secret(1));
    mind.hear(set(FILE));
    mind.readBack();
    mind.somebodyWrites(new ZoneRetiring(ZONE, mind.now, EVA));

    Outcome outcome = mind.hear(put(secret(2)));

    assertThat(outcome.facts()).isEmpty();
    assertThat(outcome.rulings())
        .containsExactly(new ChangeResult.SecretStored(secret(2), new TreeSet<>()));
  }

  @Test
  void aValueThatSomebodyElseWasFasterWithIsNotRecorded() {
    Provisioner mind = with(secret(1), secret(2));

    Outcome outcome = mind.hear(put(secret(2)));

    assertThat(outcome.records()).isFalse();
    assertThat(outcome.rulings()).containsExactly(new ChangeResult.SecretOutdated(2));
  }

  @Test
  void valuesAreDroppedThatNobodyCanComeBackTo() {
    Provisioner mind = with(secret(1));
    mind.hear(set(FILE));
    mind.readBack();
    mind.hear(put(secret(2)));
    mind.readBack();

    // The zone had not settled on another template than that of the first value: it stays.
    assertThat(mind.hear(put(secret(3))).secrets())
        .containsExactly(new SecretWrite.Put(secret(3)), new SecretWrite.Drop(secret(1).id()));
  }

  @Test
  void aSecretThatIsUsedStaysAndOneThatIsNotGoesWithAllItsValues() {
    Provisioner mind = with(secret(1), secret(2));
    Input remove = new Input.SecretRequested(new SecretChange.Remove(PASSWORD, EVA));

    assertThat(mind.hear(remove).secrets())
        .containsExactly(
            new SecretWrite.Drop(secret(1).id()), new SecretWrite.Drop(secret(2).id()));
    assertThat(mind.hear(remove).rulings())
        .containsExactly(new ChangeResult.NoSuchSecret(List.of("db-password"), new TreeSet<>()));

    Provisioner other = with(secret(1));
    other.hear(set(FILE));
    Outcome refused = other.hear(remove);
    assertThat(refused.records()).isFalse();
    assertThat(refused.rulings())
        .containsExactly(new ChangeResult.SecretInUse(new TreeSet<>(Set.of(ZONE))));
  }

  @Test
  void aServerIsStartedWithWhatItsTemplateNames() {
    Provisioner mind = with(secret(1), secret(2));
    mind.hear(set(FILE.of(1)));
    mind.readBack();

    mind.hear(Inputs.read(0, 0, "zone1@3", List.of("zone1-1"), List.of()));

    assertThat(mind.effects)
        .last()
        .isInstanceOfSatisfying(
            Effect.Start.class, start -> assertThat(start.secrets()).containsExactly(secret(1)));
  }

  @Test
  void nothingIsStartedWithoutItsSecretsAndTheZoneSaysWhyUntilOneIs() {
    Provisioner mind = with(secret(1));
    mind.hear(set(FILE));
    mind.readBack();
    mind.hear(Inputs.read(0, 0, "zone1@3", List.of("zone1-1"), List.of()));

    mind.hear(new Input.SecretsSealed(SERVER, "none of the keys is the one"));

    assertThat(mind.told())
        .endsWith("condition-raised secret-unavailable", "command-failed zone1-1");
    assertThat(mind.facts)
        .last()
        .isEqualTo(
            new CommandFailed(
                ZONE, mind.now, CommandId.of("zone1@3"), SERVER, "none of the keys is the one"));
    mind.readBack();
    mind.hear(Inputs.read(0, 1, "zone1@4", List.of("zone1-2"), List.of()));
    mind.hear(
        new Input.ServerUp(
            ZONE.server(2), new Started(URI.create("http://host:1"), "handle", Optional.of(2))));
    assertThat(mind.told())
        .endsWith("condition-cleared secret-unavailable", "server-started zone1-2");
  }

  @Test
  void aFileOfTheConfigurationMayNameASecretThatIsSetLater() {
    Provisioner mind = with();
    mind.somebodyWrites(changed(mind, 2, FILE, Optional.empty()));
    mind.hear(Inputs.read(0, 0, "zone1@3", List.of("zone1-1"), List.of()));

    assertThat(mind.did()).doesNotContain("start zone1-1");
    assertThat(mind.told())
        .endsWith("condition-raised secret-unavailable", "command-failed zone1-1");

    mind.readBack();
    assertThat(mind.hear(put(secret(1))).facts())
        .containsExactly(
            changed(mind, 3, FILE.of(1), Optional.of("secret db-password has version 1 now")));
  }

  private static Provisioner with(SealedSecret... secrets) {
    Provisioner mind =
        new Provisioner(Provisioner.TERMS, JournalState.EMPTY, Secrets.of(Arrays.asList(secrets)));
    mind.somebodyWrites(new ZoneDeclared(ZONE, mind.now, EVA));
    mind.somebodyWrites(
        new TemplateChanged(ZONE, mind.now, 1, ServerTemplate.DEFAULT, EVA, Optional.empty()));
    mind.later(Duration.ofSeconds(1));
    return mind;
  }

  private static SealedSecret secret(int version) {
    return new SealedSecret(PASSWORD, version, Samples.NOW, EVA, "c2VhbGVk");
  }

  private static Input set(SecretUse... uses) {
    return new Input.Requested(
        new Change.SetTemplate(
            ZONE, ServerTemplate.DEFAULT.with(List.of(uses)), Optional.empty(), EVA));
  }

  private static Input put(SealedSecret secret) {
    return new Input.SecretRequested(new SecretChange.Put(secret));
  }

  private static FleetEvent changed(
      Provisioner mind, int revision, SecretUse use, Optional<String> reason) {
    return new TemplateChanged(
        ZONE, mind.now, revision, ServerTemplate.DEFAULT.with(List.of(use)), EVA, reason);
  }
}
