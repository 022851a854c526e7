package io.sluice.provisioner.plan;

import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import io.sluice.schemas.secret.SecretVersion;
import io.sluice.schemas.vault.SealedSecret;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The secrets that there are, sealed, as the topic of secrets tells them.
 *
 * @param values every value that is kept, by name and version
 */
public record Secrets(SortedMap<SecretVersion, SealedSecret> values) {
  /** None at all. */
  public static final Secrets NONE = new Secrets(Collections.emptySortedMap());

  /** Copies the map. */
  public Secrets {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** These values, and no others. */
  public static Secrets of(Collection<SealedSecret> values) {
    SortedMap<SecretVersion, SealedSecret> all = new TreeMap<>();
    values.forEach(value -> all.put(value.id(), value));
    return new Secrets(all);
  }

  /** The names of all. */
  public SortedSet<SecretName> names() {
    return values.keySet().stream()
        .map(SecretVersion::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The values of a secret that are kept, by version. */
  public SortedMap<SecretVersion, SealedSecret> of(SecretName name) {
    return values.subMap(new SecretVersion(name, 1), new SecretVersion(name, Integer.MAX_VALUE));
  }

  /** The value that was set last. */
  public Optional<SealedSecret> latest(SecretName name) {
    SortedMap<SecretVersion, SealedSecret> known = of(name);
    return known.isEmpty() ? Optional.empty() : Optional.of(known.lastEntry().getValue());
  }

  /** The value that a server is to get. */
  public Optional<SealedSecret> find(SecretUse use) {
    return use.version().isPresent()
        ? Optional.ofNullable(values.get(new SecretVersion(use.name(), use.version().get())))
        : latest(use.name());
  }

  /** The same after something was written. */
  Secrets after(SecretWrite write) {
    SortedMap<SecretVersion, SealedSecret> next = new TreeMap<>(values);
    switch (write) {
      case SecretWrite.Put(SealedSecret secret) -> next.put(secret.id(), secret);
      case SecretWrite.Drop(SecretVersion version) -> next.remove(version);
    }
    return new Secrets(next);
  }
}
