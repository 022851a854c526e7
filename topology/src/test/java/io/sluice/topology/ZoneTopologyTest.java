package io.sluice.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.topology.stream.StateStores;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;

class ZoneTopologyTest {
  private final Topology topology = ZoneTopology.build(6, new Past(List.of(), List.of()));

  @Test
  void everyNodeHasANameOfItsOwn() {
    Set<String> names = new TreeSet<>();
    for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
      part.nodes().forEach(node -> names.add(node.name()));
    }

    // The names are part of what a running cluster depends on: internal topics bear them.
    assertThat(names)
        .containsExactly(
            "checkpoint",
            "command",
            "condition-sink",
            "decide",
            "journal-sink",
            "journal-source",
            "membership-sink",
            "metrics-source",
            "observe",
            "observe-panes",
            "observe-panes-repartition-filter",
            "observe-panes-repartition-sink",
            "observe-panes-repartition-source",
            "project",
            "scale-commands-sink",
            "sluice-checkpoints-sink",
            "tell");
  }

  /** A broker refuses a group of the streams protocol in which any of it is another. */
  @Test
  void storesAndTheSettingsOfTheirTopicsAreThoseOfEarlierReleases() {
    Set<String> stores = new TreeSet<>();
    for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
      for (TopologyDescription.Node node : part.nodes()) {
        if (node instanceof TopologyDescription.Processor processor) {
          stores.addAll(processor.stores());
        }
      }
    }

    assertThat(stores).containsExactly("members", "zones");
    assertThat(StateStores.zones().logConfig())
        .isEqualTo(StateStores.servers().logConfig())
        .containsOnly(Map.entry("max.message.bytes", "16777216"));
  }

  @Test
  void aZonesPanesAndItsJournalAreWorkedOnByOneTask() {
    assertThat(topology.describe().subtopologies()).hasSize(2);
  }
}
