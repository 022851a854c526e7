package io.sluice.schemas.metric;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Reads a {@link Mean} of any release: in the first versions it was a number and no more. */
final class MeanDeserializer extends StdDeserializer<Mean> {
  private static final long serialVersionUID = 1;

  MeanDeserializer() {
    super(Mean.class);
  }

  @Override
  public Mean deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return new Mean(_parseDoublePrimitive(parser, context), Mean.UNSAID);
    }
    OptionalDouble mean = OptionalDouble.empty();
    int servers = Mean.UNSAID;
    List<Measurer> measurers = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (name) {
        case "mean" -> mean = OptionalDouble.of(_parseDoublePrimitive(parser, context));
        case "servers" -> servers = _parseIntPrimitive(parser, context);
        case "measurers" -> {
          while (token == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.END_ARRAY) {
            measurers.add(context.readValue(parser, Measurer.class));
          }
        }
        default -> parser.skipChildren();
      }
    }
    if (mean.isEmpty() || servers < 0) {
      return context.reportInputMismatch(
          this, "mean: expected a number 'mean' and a number 'servers' of 0 or more");
    }
    return new Mean(mean.getAsDouble(), servers, measurers);
  }
}
