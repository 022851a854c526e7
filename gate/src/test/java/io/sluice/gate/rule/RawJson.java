package io.sluice.gate.rule;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** JSON as it is written: with keys that come twice, in their order, and escaped as they are. */
sealed interface RawJson {
  /**
   * An object.
   *
   * @param members its members, which may be changed
   */
  record Obj(List<Member> members) implements RawJson {
    @Override
    public String toString() {
      return members.stream().map(Member::toString).collect(Collectors.joining(",", "{", "}"));
    }
  }

  /** A member, by the text of its key between the quotes. */
  record Member(String key, RawJson value) {
    @Override
    public String toString() {
      return "\"%s\":%s".formatted(key, value);
    }
  }

  /**
   * A list.
   *
   * @param items its items, which may be changed
   */
  record Arr(List<RawJson> items) implements RawJson {
    @Override
    public String toString() {
      return items.stream().map(RawJson::toString).collect(Collectors.joining(",", "[", "]"));
    }
  }

  /** Anything else, as it is written. */
  record Literal(String text) implements RawJson {
    static final Literal NULL = new Literal("null");

    @Override
    public String toString() {
      return text;
    }
  }

  /** Parses a text. The keys are unescaped, since two spellings of a key are one to an engine. */
  static RawJson parse(String text) {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      parser.nextToken();
      return value(parser);
    } catch (IOException malformed) {
      throw new IllegalArgumentException(text, malformed);
    }
  }

  private static RawJson value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        List<Member> members = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          members.add(new Member(key, value(parser)));
        }
        yield new Obj(members);
      }
      case START_ARRAY -> {
        List<RawJson> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser));
        }
        yield new Arr(items);
      }
      case VALUE_STRING -> new Literal('"' + parser.getText() + '"');
      case VALUE_NULL -> Literal.NULL;
      default -> new Literal(parser.getText());
    };
  }
}
