package io.sluice.schemas.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Samples;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.topic.Topics;
import org.junit.jupiter.api.Test;

class CodecTest {
  private static final String READY =
      "{'type':'server-ready','version':1,'zone':'zone1','at':'2026-11-01T12:00:00.250Z',"
          + "'server':'zone1-2'}";

  @Test
  void ignoresUnknownFields() {
    assertThat(decode(READY.replace("}", ",'colour':{'of':['the','door']}}")))
        .isEqualTo(new Decoded.Value<>(new ServerReady(Samples.ZONE, Samples.AT, Samples.SERVER)));
  }

  @Test
  void readsTheTypeWhereverItStands() {
    assertThat(
            decode(
                "{'zone':'zone1','at':'2026-11-01T12:00:00.250Z','server':'zone1-2',"
                    + "'type':'server-ready'}"))
        .isInstanceOf(Decoded.Value.class);
  }

  @Test
  void tellsAnUnknownTypeFromGarbage() {
    assertThat(decode(READY.replace("server-ready", "server-dreamt")))
        .isEqualTo(new Decoded.UnknownType<>("server-dreamt"));
  }

  @Test
  void saysWhatIsWrongWithGarbage() {
    assertThat(problem("garbage")).contains("FleetEvent").contains("line 1");
    assertThat(problem("{}")).contains("type");
    assertThat(problem("null")).contains("null");
    assertThat(problem("")).contains("FleetEvent");
    assertThat(problem(READY + "x")).contains("FleetEvent");
    assertThat(problem(READY.replace("zone1-2", "zone1"))).contains("<zone>-<number>");
    assertThat(problem(READY.replace("'zone1-2'", "null"))).contains("server");
    assertThat(problem(READY.replace("2026-11-01T12", "yesterday"))).contains("yesterday");
  }

  @Test
  void keysArePlainText() {
    assertThat(Topics.SERVER_KEY.encode(Samples.SERVER)).isEqualTo("zone1-2".getBytes(UTF_8));
    assertThat(Topics.SERVER_KEY.decode("zone1-2".getBytes(UTF_8)))
        .isEqualTo(new Decoded.Value<>(ServerId.of("zone1-2")));
    assertThat(Topics.SERVER_KEY.decode("Zone1".getBytes(UTF_8)))
        .isInstanceOf(Decoded.Malformed.class);
  }

  private static Decoded<FleetEvent> decode(String json) {
    return Topics.FLEET_EVENT.decode(json.replace('\'', '"').getBytes(UTF_8));
  }

  private static String problem(String json) {
    return switch (decode(json)) {
      case Decoded.Malformed<FleetEvent>(String problem) -> problem;
      case Decoded.Value<FleetEvent> value -> throw new AssertionError(value);
      case Decoded.UnknownType<FleetEvent> unknown -> throw new AssertionError(unknown);
    };
  }
}
