package io.sluice.provisioner.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What calls about policies and templates have in common: a revision is an entity tag. */
final class Revisions {
  private static final Pattern TAG = Pattern.compile("\"(\\d{1,9})\"");

  private Revisions() {}

  /**
   * What became of one that was to be set.
   *
   * @param changed false: it held already, and nothing was recorded
   * @param partition of the journal, if it was recorded
   * @param offset in the partition from which on it holds
   */
  record Set(
      ZoneId zone,
      int revision,
      boolean changed,
      Optional<Integer> partition,
      Optional<Long> offset,
      Epoch epoch) {}

  static String tag(int revision) {
    return "\"" + revision + "\"";
  }

  /** The revision that is to be replaced; empty: whichever holds. */
  static Optional<Integer> expected(ServerRequest request) {
    Optional<String> given = request.headers().first(HeaderNames.IF_MATCH).map(String::strip);
    if (given.isEmpty() || given.get().equals("*")) {
      return Optional.empty();
    }
    Matcher tag = TAG.matcher(given.get());
    if (!tag.matches()) {
      throw new Refusal(
          Status.BAD_REQUEST_400,
          "header If-Match is %s: expected a revision in quotes, such as \"3\""
              .formatted(given.get()));
    }
    return Optional.of(Integer.parseInt(tag.group(1)));
  }

  static byte[] yaml(JsonNode tree) {
    try {
      return Json.yaml().writeValueAsBytes(tree);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalArgumentException("a tree can't be written as YAML", unwritable);
    }
  }
}
