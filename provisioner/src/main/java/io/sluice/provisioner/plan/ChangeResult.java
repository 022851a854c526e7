package io.sluice.provisioner.plan;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.vault.SealedSecret;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What became of a {@link Change}, or of a {@link SecretChange}. */
public sealed interface ChangeResult {
  /**
   * It is a fact of the journal.
   *
   * @param fact the fact
   * @param index which of the outcome's facts it is, from 0
   * @param policy the policy that holds with it
   */
  record Recorded(FleetEvent fact, int index, ZonePolicy policy) implements ChangeResult {}

  /**
   * It is so already: nothing was recorded.
   *
   * @param revision the revision that holds
   */
  record Unchanged(int revision) implements ChangeResult {}

  /**
   * Another revision holds than the one that was to be replaced.
   *
   * @param revision the one that holds
   */
  record Outdated(int revision) implements ChangeResult {}

  /**
   * The zone is at a stage of its life at which this can't be, or is so already.
   *
   * @param stage the stage
   */
  record AtStage(ZoneLife.Stage stage) implements ChangeResult {}

  /**
   * The zones that are declared by request can't be run by the monitor that leads.
   *
   * @param what why, for people
   */
  record NotRunnable(String what) implements ChangeResult {}

  /**
   * There is no such zone.
   *
   * @param zones those that there are
   */
  record NoSuchZone(SortedSet<ZoneId> zones) implements ChangeResult {
    /** Copies the set. */
    public NoSuchZone {
      zones = Collections.unmodifiableSortedSet(new TreeSet<>(zones));
    }
  }

  /**
   * It would have ended before it began.
   *
   * @param now the time by the leader's clock
   */
  record Past(Instant now) implements ChangeResult {}

  /**
   * A template names secrets that there are not, or one of them was to be removed.
   *
   * @param missing those, as they are written
   * @param names those that there are
   */
  record NoSuchSecret(List<String> missing, SortedSet<SecretName> names) implements ChangeResult {
    /** Copies the collections. */
    public NoSuchSecret {
      missing = List.copyOf(missing);
      names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    }
  }

  /** What becomes of a {@link SecretChange} alone. */
  sealed interface OfSecrets extends ChangeResult {}

  /**
   * What there is.
   *
   * @param secrets all secrets
   * @param users which zones use each
   */
  record SecretsKnown(Secrets secrets, SortedMap<SecretName, SortedSet<ZoneId>> users)
      implements OfSecrets {
    /** Copies the map. */
    public SecretsKnown {
      users = Collections.unmodifiableSortedMap(new TreeMap<>(users));
    }
  }

  /**
   * A value is kept.
   *
   * @param secret the value
   * @param zones those that roll over to it
   */
  record SecretStored(SealedSecret secret, SortedSet<ZoneId> zones) implements OfSecrets {
    /** Copies the set. */
    public SecretStored {
      zones = Collections.unmodifiableSortedSet(new TreeSet<>(zones));
    }
  }

  /**
   * Another value was set meanwhile.
   *
   * @param latest its version
   */
  record SecretOutdated(int latest) implements OfSecrets {}

  /**
   * A secret is gone.
   *
   * @param versions how many values of it there were
   */
  record SecretRemoved(int versions) implements OfSecrets {}

  /**
   * A secret is used, and stays.
   *
   * @param zones by these
   */
  record SecretInUse(SortedSet<ZoneId> zones) implements OfSecrets {
    /** Copies the set. */
    public SecretInUse {
      zones = Collections.unmodifiableSortedSet(new TreeSet<>(zones));
    }
  }

  /**
   * Working it out failed, and nothing was recorded.
   *
   * @param what what happened, for people
   */
  record Failed(String what) implements ChangeResult {}
}
