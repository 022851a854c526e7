package io.sluice.compose.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.vault.SealedSecret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The secrets that a Compose file declares, and how a service's are written for Sluice.
 *
 * @param names what each is called by Sluice, by its name in the file
 * @param given those whose values the file brings along
 */
record Secrets(Map<String, SecretName> names, List<GivenSecret> given) {
  private static final String DIRECTORY = "/run/secrets/";

  /** Copies the collections. */
  Secrets {
    names = Map.copyOf(names);
    given = List.copyOf(given);
  }

  /** Reads the section {@code secrets}. */
  static Secrets declared(Optional<Spot> section, ComposeFile.Surroundings surroundings) {
    Map<String, SecretName> names = new LinkedHashMap<>();
    List<GivenSecret> given = new ArrayList<>();
    section
        .map(Spot::entries)
        .orElse(Map.of())
        .forEach((key, secret) -> {
          Optional<Spot> external = secret.at("external");
          Optional<Spot> file = secret.at("file");
          Optional<Spot> variable = secret.at("environment");
          Optional<SecretName> name = name(secret, key);
          name.ifPresent(known -> names.put(key, known));
          Optional<String> value = value(file, variable, surroundings);
          value.filter(text -> !fits(text)).ifPresent(text -> noteSize(secret, text));
          name.flatMap(known -> value.map(text -> new GivenSecret(known, text)))
              .ifPresent(given::add);
          if (!external.flatMap(Spot::truth).orElse(false)
              && file.isEmpty()
              && variable.isEmpty()) {
            secret.note("without a value", "file, environment or external: true");
          }
          secret.refuseOthers(
              other -> "no '%s': Sluice knows %s of a secret".formatted(other, secret.knownKeys()));
        });
    return new Secrets(names, given);
  }

  private static boolean fits(String value) {
    int bytes = value.getBytes(UTF_8).length;
    return bytes > 0 && bytes <= SealedSecret.VALUE_BYTES_MAX;
  }

  private static void noteSize(Spot secret, String value) {
    secret.note(
        "a value of %d bytes".formatted(value.getBytes(UTF_8).length),
        "1 to %d bytes".formatted(SealedSecret.VALUE_BYTES_MAX));
  }

  private static Optional<SecretName> name(Spot secret, String key) {
    Optional<Spot> other = secret.at("name");
    if (other.isPresent()) {
      return other.get().value(SecretName::new);
    }
    try {
      return Optional.of(new SecretName(key));
    } catch (IllegalArgumentException unfit) {
      secret.note(
          "'" + key + "', which is no name of a secret here",
          "'name' with one: " + unfit.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<String> value(
      Optional<Spot> file, Optional<Spot> variable, ComposeFile.Surroundings surroundings) {
    if (file.isPresent()) {
      Optional<String> text = file.get().text().flatMap(surroundings.files()::text);
      if (text.isEmpty()) {
        file.get().note(file.get().shown(), "a file that can be read");
      }
      return text;
    }
    Optional<String> text =
        variable
            .flatMap(Spot::text)
            .flatMap(name -> Optional.ofNullable(surroundings.variables().get(name)));
    if (variable.isPresent() && text.isEmpty()) {
      variable.get().note(variable.get().shown(), "a variable that is set");
    }
    return text;
  }

  /** A service's secrets in the form of a template. */
  List<Map<String, Object>> ofService(Spot section) {
    List<Map<String, Object>> written = new ArrayList<>();
    for (Spot secret : section.items()) {
      Spot source = secret.isTable() ? secret.at("source").orElse(secret) : secret;
      Optional<String> key = source.text();
      Optional<SecretName> name = key.flatMap(text -> Optional.ofNullable(names.get(text)));
      if (key.isPresent() && name.isEmpty()) {
        source.note("secret '" + key.get() + "'", "one that stands under the file's 'secrets'");
      }
      Optional<String> target = secret.at("target").flatMap(Spot::text);
      if (secret.isTable()) {
        secret.refuseOthers(
            other -> "no '%s': Sluice knows %s of a secret".formatted(other, secret.knownKeys()));
      }
      name.ifPresent(known -> {
        String file = target.orElse(key.orElseThrow());
        Map<String, Object> use = new LinkedHashMap<>();
        use.put("name", known.value());
        use.put("file", file.startsWith(DIRECTORY) ? file.substring(DIRECTORY.length()) : file);
        written.add(use);
      });
    }
    return written;
  }
}
