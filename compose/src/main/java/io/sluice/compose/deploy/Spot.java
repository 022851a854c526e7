package io.sluice.compose.deploy;

import io.sluice.compose.deploy.Located.Entry;
import io.sluice.compose.deploy.Located.Items;
import io.sluice.compose.deploy.Located.Scalar;
import io.sluice.compose.deploy.Located.Table;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A value of a Compose file and how one gets there. What is wrong is noted with line and column,
 * and reading goes on. Used by one thread.
 */
final class Spot {
  private static final int SHOWN_MAX = 60;

  private final String path;
  private final Located value;
  private final Notes notes;
  private final Set<String> known = new TreeSet<>();

  private Spot(String path, Located value, Notes notes) {
    this.path = path;
    this.value = value;
    this.notes = notes;
  }

  /** What is wrong so far, and what the file's variables stand for. */
  record Notes(Interpolation variables, List<Finding> findings) {
    static Notes of(Interpolation variables) {
      return new Notes(variables, new ArrayList<>());
    }

    /** All of it, from the file's beginning on. */
    List<Problem> problems() {
      return findings.stream()
          .sorted(
              Comparator.comparingInt((Finding finding) -> finding.place().line())
                  .thenComparingInt(finding -> finding.place().column()))
          .map(Finding::problem)
          .toList();
    }
  }

  /** Something that is wrong, and where. */
  record Finding(Located.Place place, Problem problem) {}

  /** The whole file. */
  static Spot root(Table document, Notes notes) {
    return new Spot("", document, notes);
  }

  /** Where it is, by the file's keys. */
  String path() {
    return path;
  }

  /** Notes that the value is wrong. */
  void note(String found, String expected) {
    Problem problem = new Problem(value.place() + ": " + path, found, expected);
    notes.findings().add(new Finding(value.place(), problem));
  }

  /** Whether there is nothing here but the key. */
  boolean blank() {
    return value instanceof Scalar scalar && scalar.blank();
  }

  /** Whether it is a map. */
  boolean isTable() {
    return value instanceof Table;
  }

  /** Whether it is a list. */
  boolean isItems() {
    return value instanceof Items;
  }

  /** What stands under the key, if something does. */
  Optional<Spot> at(String key) {
    known.add(key);
    return value instanceof Table table && table.entries().containsKey(key)
        ? Optional.of(below(key, table.entries().get(key)))
        : Optional.empty();
  }

  /** What stands under each key; none if there is nothing, noted if it is no map. */
  Map<String, Spot> entries() {
    Map<String, Spot> entries = new LinkedHashMap<>();
    if (value instanceof Table table) {
      table.entries().forEach((key, entry) -> entries.put(key, below(key, entry)));
      known.addAll(entries.keySet());
    } else if (!blank()) {
      note(shown(), "a map");
    }
    return entries;
  }

  /** The parts of a list; none if there is nothing, noted if it is no list. */
  List<Spot> items() {
    List<Spot> items = new ArrayList<>();
    if (value instanceof Items list) {
      for (int i = 0; i < list.items().size(); i++) {
        items.add(new Spot(path + "[" + i + "]", list.items().get(i), notes));
      }
    } else if (!blank()) {
      note(shown(), "a list");
    }
    return items;
  }

  /** The text with its variables replaced; noted if there is none. */
  Optional<String> text() {
    if (!(value instanceof Scalar scalar) || scalar.blank()) {
      note(shown(), "a text");
      return Optional.empty();
    }
    try {
      return Optional.of(notes.variables().of(scalar.text()));
    } catch (IllegalArgumentException unset) {
      String[] parts = String.valueOf(unset.getMessage()).split(": expected ", 2);
      note(parts[0], parts.length > 1 ? parts[1] : "one that is set");
      return Optional.empty();
    }
  }

  /**
   * The text of a value that other readers of the file would not change; noted where they would:
   * {@code 1.10} is 1.1 to some of them. The value is not told, since it may be a password.
   */
  Optional<String> exactText() {
    if (value instanceof Scalar scalar && scalar.plain() && changes(scalar.text())) {
      note("a value that YAML would change", "it in quotes");
      return Optional.empty();
    }
    return text();
  }

  private static boolean changes(String text) {
    return text.matches("[-+]?(0[0-9_]+|[0-9_]*\\.[0-9]*0|[0-9]+\\.|0[xob].*|[0-9][0-9_]*_[0-9_]*)")
        || text.matches("(?i)true|false|yes|no|on|off");
  }

  /** What comes of the text, if it is right; what is thrown is noted. */
  <T> Optional<T> value(Function<String, T> parse) {
    return text()
        .flatMap(text -> {
          try {
            return Optional.of(parse.apply(text));
          } catch (IllegalArgumentException wrong) {
            note("'" + text + "'", Problem.expectation(wrong));
            return Optional.empty();
          }
        });
  }

  /** True or false. */
  Optional<Boolean> truth() {
    return value(text ->
        switch (text) {
          case "true" -> true;
          case "false" -> false;
          default -> throw new IllegalArgumentException("expected true or false");
        });
  }

  /** The texts of a list. */
  List<String> texts() {
    return items().stream().flatMap(item -> item.text().stream()).toList();
  }

  /** A command line: a list of words, or one text that is split as a shell would. */
  List<String> words() {
    return isItems() ? texts() : value(Words::split).orElse(List.of());
  }

  /** Names with values: a map, or a list of {@code NAME=VALUE}. */
  Map<String, Spot> pairs() {
    if (!isItems()) {
      return entries();
    }
    Map<String, Spot> pairs = new LinkedHashMap<>();
    for (Spot item : items()) {
      if (item.value instanceof Scalar scalar) {
        int equals = scalar.text().indexOf('=');
        String name = equals < 0 ? scalar.text() : scalar.text().substring(0, equals);
        // Without a value it is the variable of whoever deploys.
        String text = equals < 0 ? "${" + name + "}" : scalar.text().substring(equals + 1);
        pairs.put(name, new Spot(item.path, new Scalar(scalar.place(), text, false), item.notes));
      } else {
        item.note(item.shown(), "NAME=VALUE");
      }
    }
    return pairs;
  }

  /** Notes each key that nobody asked for, but those that begin with {@code x-}. */
  void refuseOthers(Function<String, String> expected) {
    if (value instanceof Table table) {
      table
          .entries()
          .forEach((key, entry) -> {
            if (!known.contains(key) && !key.startsWith("x-")) {
              below(key, entry).note("there", expected.apply(key));
            }
          });
    } else if (!blank()) {
      note(shown(), "a map");
    }
  }

  /** The keys that were asked for. */
  String knownKeys() {
    return String.join(", ", known);
  }

  private Spot below(String key, Entry entry) {
    return new Spot(path.isEmpty() ? key : path + "." + key, entry.value(), notes);
  }

  /** The value as a message shows it. */
  String shown() {
    String text =
        switch (value) {
          case Scalar scalar -> scalar.blank() ? "blank" : "'" + scalar.text() + "'";
          case Items _ -> "a list";
          case Table _ -> "a map";
        };
    return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX - 3) + "...";
  }

  /** The value as our own readers take it, with variables replaced: every word is a text. */
  Object plain() {
    return switch (value) {
      case Scalar _ -> text().orElse("");
      case Items _ -> items().stream().map(Spot::plain).toList();
      case Table _ -> {
        Map<String, Object> tree = new LinkedHashMap<>();
        entries().forEach((key, spot) -> tree.put(key, spot.plain()));
        yield tree;
      }
    };
  }
}
