package io.sluice.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LsCommandTest {
  @Test
  void eachZoneHasALineWithWhatIsAskedFirst() throws IOException {
    assertThat(
            LsCommand.lines(
                Json.mapper()
                    .readTree(
                        """
                        [{"id": "shop", "life": {"stage": "declared"},
                          "policy": {"min": 1, "max": 4, "rules": [{"metric": "cpu"}, {"metric": "cpu"}]},
                          "template": {"image": "nginx:1.27"},
                          "servers": {"shop-1": {"state": "ready"}, "shop-2": {"state": "starting"}},
                          "load": {"load": {"cpu": {"mean": 12.34}, "memory": {"mean": 50},
                                            "requests": {"mean": 3}}},
                          "balancer": {"address": "http://10.0.0.1:80", "state": "alive"},
                          "conditions": []},
                         {"id": "worker", "life": {"stage": "retiring"},
                          "policy": {"min": 0, "max": 2, "rules": []},
                          "template": {"image": "queue-worker"}, "servers": {},
                          "conditions": [{"kind": "name-taken"}]}]
                        """)))
        .containsExactly(
            "ZONE    SERVERS         MIN-MAX  LOAD                    RUNS          AT                  NOTE",
            "shop    1 (1 starting)  1-4      cpu 12.3, requests 3.0  nginx:1.27    http://10.0.0.1:80",
            "worker  0               0-2      -                       queue-worker  -                   retiring, name-taken");
  }

  @Test
  void aClusterWithoutZonesSaysWhatMakesOne() throws IOException {
    assertThat(LsCommand.lines(Json.mapper().readTree("[]")))
        .containsExactly("there are no zones: 'sluice deploy' or 'sluice zone add' makes one");
  }
}
