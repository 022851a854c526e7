package io.sluice.provisioner.plan;

import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.fleet.Rollout;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import io.sluice.schemas.secret.SecretVersion;
import io.sluice.schemas.vault.SealedSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The secrets as the leader knows them, and what is asked of them. Nobody but the leader writes
 * them: what it has told of them is so, or its term is over.
 *
 * <p>A template names the version of each secret. A new value is recorded in one transaction with a
 * new revision of every template that uses the secret, so that the zones roll over as for any other
 * template, and go back to the value before if their servers don't become ready with it. Of each
 * secret those values are kept that a template may need, and the last {@value #KEPT}.
 */
final class SecretShelf {
  /** How many values of a secret are kept, whether a template uses them or not. */
  static final int KEPT = 2;

  private Secrets secrets;

  SecretShelf(Secrets secrets) {
    this.secrets = secrets;
  }

  Secrets secrets() {
    return secrets;
  }

  /** Takes back what was told since. */
  void backTo(Secrets mark) {
    secrets = mark;
  }

  ChangeResult rule(Step step, SecretChange change) {
    return switch (change) {
      case SecretChange.Look() -> new ChangeResult.SecretsKnown(secrets, users(step));
      case SecretChange.Put(SealedSecret secret) -> put(step, secret);
      case SecretChange.Remove(SecretName name, var _) -> remove(step, name);
    };
  }

  private ChangeResult put(Step step, SealedSecret secret) {
    int latest = secrets.latest(secret.name()).map(SealedSecret::version).orElse(0);
    if (secret.version() != latest + 1) {
      return new ChangeResult.SecretOutdated(latest);
    }
    write(step, new SecretWrite.Put(secret));
    SortedSet<ZoneId> rolled = new TreeSet<>();
    for (Zone zone : step.view().zones().values()) {
      // One that is being retired starts no server any more.
      if (zone.life().stage() == ZoneLife.Stage.DECLARED && uses(zone.template(), secret.name())) {
        renew(step, zone, secret);
        rolled.add(zone.id());
      }
    }
    prune(step, secret.name());
    return new ChangeResult.SecretStored(secret, rolled);
  }

  private static void renew(Step step, Zone zone, SealedSecret secret) {
    List<SecretUse> uses =
        zone.template().secrets().stream()
            .map(use -> use.name().equals(secret.name()) ? use.of(secret.version()) : use)
            .toList();
    TemplateChanged changed =
        new TemplateChanged(
            zone.id(),
            step.now(),
            zone.templateRevision() + 1,
            zone.template().with(uses),
            secret.actor(),
            Optional.of("secret %s has version %d now".formatted(secret.name(), secret.version())));
    if (!step.tell(changed)) {
      throw new IllegalStateException(
          "%s: expected a fact that fits the leader's own view".formatted(changed));
    }
  }

  /** Drops what no template names any more, nor one that a zone may go back to. */
  private void prune(Step step, SecretName name) {
    List<SecretVersion> known = new ArrayList<>(secrets.of(name).keySet());
    int older = Math.max(0, known.size() - KEPT);
    for (SecretVersion version : known.subList(0, older)) {
      boolean needed =
          step.view().zones().values().stream()
              .flatMap(SecretShelf::templates)
              .flatMap(template -> template.secrets().stream())
              .anyMatch(use ->
                  use.name().equals(name) && use.version().equals(Optional.of(version.version())));
      if (!needed) {
        write(step, new SecretWrite.Drop(version));
      }
    }
  }

  private ChangeResult remove(Step step, SecretName name) {
    if (secrets.latest(name).isEmpty()) {
      return new ChangeResult.NoSuchSecret(List.of(name.value()), secrets.names());
    }
    SortedSet<ZoneId> users = users(step).getOrDefault(name, new TreeSet<>());
    if (!users.isEmpty()) {
      return new ChangeResult.SecretInUse(users);
    }
    List<SecretVersion> versions = List.copyOf(secrets.of(name).keySet());
    versions.forEach(version -> write(step, new SecretWrite.Drop(version)));
    return new ChangeResult.SecretRemoved(versions.size());
  }

  private void write(Step step, SecretWrite write) {
    secrets = secrets.after(write);
    step.draft().secret(write);
  }

  /** Which zones' servers get each secret, or got it before the template that they roll over to. */
  private static SortedMap<SecretName, SortedSet<ZoneId>> users(Step step) {
    SortedMap<SecretName, SortedSet<ZoneId>> users = new TreeMap<>();
    for (Map.Entry<ZoneId, Zone> zone : step.view().zones().entrySet()) {
      templates(zone.getValue())
          .flatMap(template -> template.secrets().stream())
          .forEach(
              use -> users.computeIfAbsent(use.name(), none -> new TreeSet<>()).add(zone.getKey()));
    }
    return users;
  }

  private static Stream<ServerTemplate> templates(Zone zone) {
    return Stream.concat(Stream.of(zone.template()), zone.rollout().map(Rollout::before).stream());
  }

  private static boolean uses(ServerTemplate template, SecretName name) {
    return template.secrets().stream().anyMatch(use -> use.name().equals(name));
  }

  /** Those that a template names and that there are not. */
  List<String> missing(ServerTemplate template) {
    return template.secrets().stream()
        .filter(use -> secrets.find(use).isEmpty())
        .map(use -> use.name() + use.version().map(version -> " of version " + version).orElse(""))
        .toList();
  }

  /** The template with the version of each secret; all of them are there. */
  ServerTemplate resolved(ServerTemplate template) {
    return template.secrets().isEmpty()
        ? template
        : template.with(
            template.secrets().stream()
                .map(use -> secrets.find(use).map(found -> use.of(found.version())).orElse(use))
                .toList());
  }
}
