package io.sluice.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sluice.schemas.text.Sentence;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;

/**
 * A well-formed document read word by word, since a parser's tree no longer tells how a value was
 * written. Everything that YAML 1.1 or 1.2 would change is a problem, with how to write it instead.
 */
final class PlainDocument {
  private static final int TEXT_SHOWN_MAX = 60;
  private static final int DEPTH_MAX = 100;

  /** Longer words are taken for no number by anybody, and would be slow to match. */
  private static final int CHANGED_LENGTH_MAX = 200;

  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(0|[1-9][0-9]*)?(\\.[0-9]*)?([eE][-+]?[0-9]{1,9})?");
  private static final Pattern BLANK = Pattern.compile("|~|null|Null|NULL");

  /** What some YAML takes for a truth, a number in another base, or a time of sixty minutes. */
  private static final Pattern CHANGED =
      Pattern.compile(
          "True|TRUE|False|FALSE|[yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF"
              + "|[-+]?0[oO]?[0-7_]+|[-+]?0[xX][0-9a-fA-F_]+|[-+]?0[bB][01_]+"
              + "|[-+]?[0-9]*\\.?[0-9]+_[0-9_.]*|[-+]?[0-9][0-9_]*(\\.[0-9_]*)?"
              + "|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?"
              + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

  private final Iterator<Event> events;
  private final List<Problem> problems = new ArrayList<>();

  private PlainDocument(Iterator<Event> events) {
    this.events = events;
  }

  /** The document's tree. */
  static JsonNode read(String source, String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    PlainDocument document =
        new PlainDocument(new Yaml(options).parse(new StringReader(text)).iterator());
    JsonNode tree = document.first();
    if (!document.problems.isEmpty()) {
      throw new ConfigException(source, document.problems);
    }
    return tree;
  }

  private JsonNode first() {
    while (events.hasNext()) {
      if (events.next() instanceof NodeEvent node) {
        return node(node, "", 0);
      }
    }
    return MissingNode.getInstance();
  }

  private JsonNode node(NodeEvent event, String path, int depth) {
    if (event.getAnchor() != null && !(event instanceof AliasEvent)) {
      note(path, "marked with the anchor &" + event.getAnchor(), "the value without an anchor");
    }
    if (depth > DEPTH_MAX) {
      note(path, "nested deeper than " + DEPTH_MAX + " levels", "fewer levels");
    }
    return switch (event) {
      case AliasEvent alias -> {
        note(path, "the alias *" + alias.getAnchor(), "the value itself, written out");
        yield TextNode.valueOf("");
      }
      case MappingStartEvent map -> {
        untagged(path, map.getTag());
        yield object(path, depth);
      }
      case SequenceStartEvent list -> {
        untagged(path, list.getTag());
        yield array(path, depth);
      }
      case ScalarEvent scalar -> {
        untagged(path, scalar.getTag());
        yield scalar(scalar, path);
      }
      default -> throw new IllegalStateException(Sentence.of("event %s: expected a node", event));
    };
  }

  private ObjectNode object(String path, int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (Event next = events.next(); !(next instanceof MappingEndEvent); next = events.next()) {
      String key = next instanceof ScalarEvent scalar ? scalar.getValue() : "";
      if (!(next instanceof ScalarEvent)) {
        note(path, "a key that is no text", "names as keys");
        node((NodeEvent) next, path, depth + 1);
      }
      String below = path.isEmpty() ? key : path + "." + key;
      noNul(below, key);
      object.set(key, node((NodeEvent) events.next(), below, depth + 1));
    }
    return object;
  }

  private ArrayNode array(String path, int depth) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Event next = events.next(); !(next instanceof SequenceEndEvent); next = events.next()) {
      array.add(node((NodeEvent) next, path + "[" + array.size() + "]", depth + 1));
    }
    return array;
  }

  private JsonNode scalar(ScalarEvent scalar, String path) {
    String text = scalar.getValue();
    noNul(path, text);
    return scalar.isPlain() ? plain(text, path) : TextNode.valueOf(text);
  }

  private JsonNode plain(String text, String path) {
    if (BLANK.matcher(text).matches()) {
      note(
          path,
          text.isEmpty() ? "blank" : text,
          "a value, or the key left out; \"" + text + "\" in quotes if the text is meant");
      return TextNode.valueOf(text);
    }
    if (text.equals("true") || text.equals("false")) {
      return BooleanNode.valueOf(text.equals("true"));
    }
    if (text.length() > CHANGED_LENGTH_MAX) {
      return TextNode.valueOf(text);
    }
    if (INTEGER.matcher(text).matches() && !text.equals("-0")) {
      return integer(new BigInteger(text));
    }
    if (isDecimal(text)) {
      return decimal(text);
    }
    if (CHANGED.matcher(text).matches()) {
      note(
          path,
          shown(text) + ", which YAML would change",
          "\""
              + shown(text)
              + "\" in quotes if the text is meant, else a plain number, true or"
              + " false");
    }
    return TextNode.valueOf(text);
  }

  private static JsonNode integer(BigInteger value) {
    if (value.bitLength() < Integer.SIZE) {
      return IntNode.valueOf(value.intValue());
    }
    return value.bitLength() < Long.SIZE
        ? LongNode.valueOf(value.longValue())
        : BigIntegerNode.valueOf(value);
  }

  private static boolean isDecimal(String text) {
    return DECIMAL.matcher(text).matches()
        && text.chars().anyMatch(PlainDocument::isDigit)
        // An exponent alone is a word.
        && !text.toLowerCase(Locale.ROOT).startsWith("e");
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  private static JsonNode decimal(String text) {
    double value = Double.parseDouble(text);
    return Double.toString(value).equals(text)
        ? DoubleNode.valueOf(value)
        : new WrittenNumber(new BigDecimal(text), text);
  }

  private void untagged(String path, @Nullable String tag) {
    if (tag != null) {
      note(path, "marked with the tag " + shown(tag), "the value without a tag");
    }
  }

  private void noNul(String path, String text) {
    if (text.indexOf('\0') >= 0) {
      note(path.replace("\0", "\\0"), "a text with a NUL character", "one without");
    }
  }

  private void note(String path, String value, String expected) {
    problems.add(new Problem(path.isEmpty() ? "(root)" : path, value, expected));
  }

  private static String shown(String text) {
    return text.length() <= TEXT_SHOWN_MAX ? text : text.substring(0, TEXT_SHOWN_MAX - 3) + "...";
  }
}
