package io.sluice.gate.rule;

import io.sluice.schemas.id.ClusterName;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ServerLabels;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Which labels a container may carry: by labels, others know what is theirs. */
final class LabelRules {
  private static final String OWN = "sluice.";

  /** Docker keeps these for itself; compose knows its containers by them. */
  private static final List<String> OF_DOCKER =
      List.of("com.docker.", "io.docker.", "org.dockerproject.");

  /** What the labels of ours look like, beside the cluster's, the server's and the image's. */
  private static final Map<String, Pattern> FORMS =
      Map.of(
          ServerLabels.ZONE, Pattern.compile("[a-z][a-z0-9-]{0,39}"),
          ServerLabels.EPOCH, Pattern.compile("[0-9]{1,18}"),
          ServerLabels.TEMPLATE, Pattern.compile("[0-9]{1,9}"),
          ServerLabels.PORT, Pattern.compile("[0-9]{1,5}"),
          ServerLabels.PROTOCOL, Pattern.compile("h2c|none"));

  private final ClusterName cluster;
  private final Problems problems;

  LabelRules(ClusterName cluster, Problems problems) {
    this.cluster = cluster;
    this.problems = problems;
  }

  /**
   * Judges the labels of a container.
   *
   * @param container the name that it is to have
   */
  void judge(String container, ContainerSpec spec) {
    SortedMap<String, String> labels = spec.labels();
    String owner = labels.getOrDefault(ServerLabels.CLUSTER, "");
    if (!owner.equals(cluster.value())) {
      refuse(ServerLabels.CLUSTER, owner, "'%s'".formatted(cluster));
    }
    if (!labels.containsKey(ServerLabels.SERVER)) {
      // A name that is no server's may be one that another cluster's server is to have.
      refuse(
          ServerLabels.SERVER,
          "",
          "the server that container '%s' is named after".formatted(container));
    }
    labels.forEach((name, value) -> {
      if (name.startsWith(OWN)) {
        own(container, spec.image(), name, value);
      } else if (name.isBlank() || OF_DOCKER.stream().anyMatch(name::startsWith)) {
        refuse(name, value, "no label of Docker's own");
      }
    });
  }

  private void own(String container, ImageName image, String name, String value) {
    switch (name) {
      case ServerLabels.CLUSTER -> {}
      case ServerLabels.SERVER -> {
        if (!server(value, container)) {
          refuse(name, value, "the server that container '%s' is named after".formatted(container));
        }
      }
      case ServerLabels.IMAGE -> {
        if (!value.equals(image.written())) {
          refuse(name, value, "'%s', as Image".formatted(image.written()));
        }
      }
      default -> form(name, value);
    }
  }

  private void form(String name, String value) {
    Pattern form = FORMS.get(name);
    if (form == null) {
      refuse(name, value, "no label of Sluice's own beside those that a server has");
    } else if (!form.matcher(value).matches()) {
      refuse(name, value, "the form " + form);
    }
  }

  private boolean server(String text, String container) {
    try {
      return cluster.container(ServerId.of(text)).equals(container);
    } catch (IllegalArgumentException noServer) {
      return false;
    }
  }

  private void refuse(String name, String value, String expected) {
    problems.add("label " + name, "'%s'".formatted(value), expected);
  }
}
