package io.sluice.schemas.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Samples;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What was once written to a log can be read for ever. The files hold one record of each released
 * version of each type; a file is never changed, a new version gets a new file, written by {@code
 * -Dgolden.write=true}.
 */
class GoldenFileTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  @TestFactory
  Stream<DynamicTest> everyReleasedRecordIsReadAndWrittenAsItWas() {
    return samples().entrySet().stream()
        .map(sample ->
            DynamicTest.dynamicTest(
                sample.getKey(), () -> agrees(sample.getKey(), sample.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> aRecordOfAnEarlierVersionIsReadWithDefaultsForWhatItLacks() {
    return earlier().entrySet().stream()
        .map(sample ->
            DynamicTest.dynamicTest(
                sample.getKey(), () -> reads(sample.getKey(), sample.getValue())));
  }

  private static <T> void reads(String name, Sample<T> sample) throws IOException {
    byte[] golden = Files.readAllBytes(FOLDER.resolve(name + ".json"));
    assertThat(sample.codec().decode(golden)).isEqualTo(new Decoded.Value<>(sample.value()));
  }

  @Test
  void everyTypeOfFactHasASample() {
    assertThat(Samples.facts().stream().map(Object::getClass))
        .containsExactlyInAnyOrder(FleetEvent.class.getPermittedSubclasses());
  }

  @Test
  void noGoldenFileIsWithoutASample() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(samples().keySet().stream(), earlier().keySet().stream())
                  .map(name -> name + ".json")
                  .toList());
    }
  }

  private static <T> void agrees(String name, Sample<T> sample) throws IOException {
    Path file = FOLDER.resolve(name + ".json");
    byte[] written = sample.codec().encode(sample.value());
    if (Boolean.getBoolean("golden.write") && !Files.exists(file)) {
      Files.createDirectories(FOLDER);
      Files.write(file, written);
    }
    byte[] golden = Files.readAllBytes(file);

    assertThat(sample.codec().decode(golden)).isEqualTo(new Decoded.Value<>(sample.value()));
    assertThat(new String(written, UTF_8)).isEqualTo(new String(golden, UTF_8));
  }

  private static Map<String, Sample<?>> samples() {
    Map<String, Sample<?>> samples = new LinkedHashMap<>();
    for (FleetEvent fact : Samples.facts()) {
      samples.put(
          "%s-v%d".formatted(CloudEvent.type(fact), fact.version()),
          new Sample<>(Topics.FLEET_EVENT, fact));
    }
    samples.put("scale-command-v3", new Sample<>(Topics.SCALE_COMMANDS.value(), Samples.command()));
    samples.put("heartbeat", new Sample<>(Topics.LEADERSHIP.value(), Samples.heartbeat()));
    samples.put("member", new Sample<>(Topics.membership(Samples.ZONE).value(), Samples.member()));
    samples.put("server-metrics", new Sample<>(Topics.METRICS.value(), Samples.metrics()));
    samples.put(
        "balancer-metrics-v1",
        new Sample<>(Topics.BALANCER_METRICS.value(), Samples.balancerMetrics()));
    return samples;
  }

  /** What the golden files of earlier versions say today. */
  private static Map<String, Sample<?>> earlier() {
    return Map.ofEntries(
        fact("template-changed-v5", Earlier.templateOfPathWithoutSecrets()),
        fact("template-changed-v4", Earlier.templateWithoutProtocol()),
        fact("template-changed-v3", Earlier.templateWithoutVolumes()),
        fact("server-started-v1", Earlier.started()),
        fact("requests-waiting-v1", new RequestsWaiting(Samples.ZONE, Samples.AT, 37)),
        fact("load-observed-v1", Earlier.load()),
        fact("load-observed-v2", Earlier.loadWithoutReporters()),
        fact("load-observed-v3", Earlier.loadWithoutBalancers()),
        command("scale-command-v2", Earlier.commandWithoutReporters()),
        fact("policy-changed-v1", Earlier.policy()),
        fact("policy-changed-v2", Earlier.policyThatNeverSleeps()),
        fact("policy-changed-v3", Earlier.policyWithTheUsualCanary()),
        fact("template-changed-v1", Earlier.template()),
        fact("template-changed-v2", Earlier.templateWithoutReason()),
        command("scale-command", Earlier.command()));
  }

  private static Map.Entry<String, Sample<?>> fact(String name, FleetEvent fact) {
    return Map.entry(name, new Sample<>(Topics.FLEET_EVENT, fact));
  }

  private static Map.Entry<String, Sample<?>> command(String name, ScaleCommand command) {
    return Map.entry(name, new Sample<>(Topics.SCALE_COMMANDS.value(), command));
  }

  private record Sample<T>(Codec<T> codec, T value) {}
}
