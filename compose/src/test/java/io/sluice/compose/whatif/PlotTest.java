package io.sluice.compose.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.whatif.Comparison;
import io.sluice.topology.whatif.NamedPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PlotTest {
  private static final int BYTES_MAX = 200_000;
  private static final long SEED = 7;

  @TempDir private Path folder;

  @Test
  void isAnImageThatNamesItsPoliciesWhateverTheyAreCalled() throws Exception {
    Document image = image(List.of("a<b>&\"c\"", "second"), 50);

    assertThat(image.getDocumentElement().getTagName()).isEqualTo("svg");
    NodeList texts = image.getElementsByTagName("text");
    assertThat(texts.getLength()).isGreaterThan(20);
    assertThat(contents(texts)).contains("a<b>&\"c\"", "second", "trace.csv", "servers", "load %");
  }

  @Test
  void everyCoordinateIsANumberAlsoWhenNobodyIsReady() throws Exception {
    Document image = image(List.of("it"), 50);

    NodeList paths = image.getElementsByTagName("path");
    assertThat(paths.getLength()).isGreaterThan(10);
    for (int i = 0; i < paths.getLength(); i++) {
      assertThat(((Element) paths.item(i)).getAttribute("d")).matches("[MLHVZ0-9. ]+");
    }
  }

  @Test
  void anyLoadHoweverWildUnderThreePoliciesIsAFileForARepository() throws Exception {
    String svg = Plot.svg(comparison(List.of("a", "b", "c"), 4_032));

    assertThat(svg.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(BYTES_MAX);
  }

  private Document image(List<String> names, int points) throws Exception {
    byte[] svg = Plot.svg(comparison(names, points)).getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg));
  }

  private Comparison comparison(List<String> names, int points) throws IOException {
    Path trace = folder.resolve("trace.csv");
    StringBuilder lines = new StringBuilder("timestamp,value\n");
    DateTimeFormatter form = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    LocalDateTime time = LocalDateTime.of(2026, 1, 1, 0, 0);
    Random random = new Random(SEED);
    for (int i = 0; i < points; i++) {
      lines.append(form.format(time.plusSeconds(20L * i))).append(',');
      lines.append(random.nextInt(1_000)).append('\n');
    }
    Files.writeString(trace, lines);
    // From zero servers, so that for a while nobody is ready.
    ZonePolicy policy =
        new ZonePolicy(0, 20, ZonePolicy.WINDOW_DEFAULT, ZonePolicy.DEFAULT.rules());
    List<NamedPolicy> policies = names.stream().map(name -> new NamedPolicy(name, policy)).toList();
    return new TraceWhatIf(trace, 100).compare(policies, Model.DEFAULT, Progress.NONE);
  }

  private static List<String> contents(NodeList nodes) {
    return java.util.stream.IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }
}
