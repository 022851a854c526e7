package io.sluice.compose.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Volume;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeFileTest {
  private static final String STOCK =
      """
      services:
        web:
          image: nginx:1.29
          ports: ["80"]
          volumes: [pages:/usr/share/nginx/html:ro]
          tmpfs: /var/cache/nginx
          stop_signal: SIGQUIT
          stop_grace_period: 1m30s
          deploy:
            resources:
              limits: {cpus: 0.5, memory: 64M}
          x-sluice:
            min: 1
            max: 4
            healthPath: /
            rules:
              - {type: target, metric: requests_per_second, target: 100}
      volumes:
        pages:
      """;

  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, String> files = new HashMap<>();

  @Test
  void aStockNginxIsAZoneWithAVolumeAndAPolicy() {
    Deployment web = only(STOCK);

    assertThat(web.zone()).isEqualTo(new ZoneId("web"));
    ServerTemplate template = web.template();
    assertThat(template.image()).isEqualTo("nginx:1.29");
    assertThat(template.container().serving().port()).isEqualTo(80);
    assertThat(template.container().storage().volumes())
        .containsExactly(new Volume("pages", "/usr/share/nginx/html", true));
    assertThat(template.container().storage().writable()).containsExactly("/var/cache/nginx");
    assertThat(template.container().process().stopSignal()).contains("SIGQUIT");
    assertThat(template.drainTimeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(template.memoryBytes()).contains(64L << 20);
    assertThat(template.cpus()).contains(0.5);
    assertThat(template.health()).isEqualTo(Health.Http.of("/"));
    ZonePolicy policy = web.policy().orElseThrow();
    assertThat(policy.min()).isEqualTo(1);
    assertThat(policy.max()).isEqualTo(4);
    assertThat(policy.rules()).hasSize(1);
  }

  @Test
  void whatAFileDoesNotSayHoldsAsInDocker() {
    ServerTemplate template = only("services: {web: {image: nginx, ports: ['80']}}").template();

    assertThat(template.container().storage().readOnly()).isFalse();
    assertThat(template.container().capabilities())
        .contains("CHOWN", "SETUID", "SETGID", "NET_BIND_SERVICE");
    assertThat(template.container().metrics()).isEqualTo(Measurer.ENGINE);
  }

  @Test
  void aServiceThatSaysNothingOfScalingLeavesThePolicyAsItIs() {
    assertThat(only("services: {web: {image: nginx, ports: ['80']}}").policy()).isEmpty();
  }

  @Test
  void replicasAreAFixedNumberOfServers() {
    ZonePolicy policy =
        only("services: {web: {image: nginx, ports: ['80'], deploy: {replicas: 3}}}")
            .policy()
            .orElseThrow();

    assertThat(policy.min()).isEqualTo(3);
    assertThat(policy.max()).isEqualTo(3);
  }

  @Test
  void droppedCapabilitiesAreDropped() {
    ServerTemplate template =
        only("""
        services:
          web:
            image: nginx
            ports: ["80"]
            cap_drop: [ALL]
            cap_add: [CAP_NET_BIND_SERVICE]
        """)
            .template();

    assertThat(template.container().capabilities()).containsExactly("NET_BIND_SERVICE");
  }

  @Test
  void variablesComeFromWhoeverDeploys() {
    variables.put("TAG", "1.29");
    variables.put("PASSED", "on");

    ServerTemplate template =
        only("""
        services:
          web:
            image: nginx:${TAG}
            ports: ["${PORT:-8080}"]
            environment:
              - PASSED
              - PRICE=5$$
              - "LEVEL=${LEVEL:-info}"
        """)
            .template();

    assertThat(template.image()).isEqualTo("nginx:1.29");
    assertThat(template.container().serving().port()).isEqualTo(8080);
    assertThat(template.environment())
        .containsExactly(
            Map.entry("LEVEL", "info"), Map.entry("PASSED", "on"), Map.entry("PRICE", "5$"));
  }

  @Test
  void anEnvFileComesBeforeTheEnvironment() {
    files.put(
        "./web.env",
        """
        # what all have
        LEVEL=debug # for now
        export NAME='a $NAME'
        GREETING="good\\nday"
        """);

    ServerTemplate template =
        only("""
        services:
          web:
            image: nginx
            ports: ["80"]
            env_file: ./web.env
            environment: {LEVEL: info}
        """)
            .template();

    assertThat(template.environment())
        .containsEntry("LEVEL", "info")
        .containsEntry("NAME", "a $NAME")
        .containsEntry("GREETING", "good\nday");
  }

  @Test
  void whatIsWrongWithAVariablesValueIsToldWithoutTheValue() {
    for (String value : List.of("s3cr$et9!", "ab${c!d}", "'open", "${open")) {
      files.put("./web.env", "LEVEL=info\nPASSWORD=%s\n".formatted(value));

      assertThat(problems("services: {web: {image: a, ports: ['80'], env_file: ./web.env}}"))
          .singleElement()
          .satisfies(problem ->
              assertThat(problem.toString())
                  .contains("line 2: the value of PASSWORD")
                  .doesNotContain("et9", "c!d", "open\"", "'open"));
    }
  }

  @Test
  void anchorsAndMergedMapsAreReadAsComposeReadsThem() {
    ServerTemplate template =
        only("""
        x-usual: &usual
          image: nginx
          user: www-data
          ports: ["80"]
        services:
          web:
            <<: *usual
            user: nginx
        """)
            .template();

    assertThat(template.image()).isEqualTo("nginx");
    assertThat(template.container().process().user()).contains("nginx");
  }

  @Test
  void aServiceWithoutAPortIsAWorkerIfItSaysHowItIsWell() {
    ServerTemplate template =
        only("""
        services:
          worker:
            image: worker
            healthcheck:
              test: ["CMD-SHELL", "test -e /tmp/alive"]
              interval: 5s
              retries: 3
        """)
            .template();

    assertThat(template.health())
        .isEqualTo(
            new Health.Command(
                List.of("/bin/sh", "-c", "test -e /tmp/alive"),
                Duration.ofSeconds(5),
                Health.Command.TIMEOUT_DEFAULT));
    assertThat(
            only("services: {w: {image: w, x-sluice: {health: {process: {after: 2s}}}}}")
                .template()
                .health())
        .isEqualTo(new Health.Running(Duration.ofSeconds(2)));
  }

  @Test
  void aStartPeriodIsAGraceAndNoLimit() {
    String worker =
        "services: {w: {image: w, healthcheck: {test: [CMD, 'true'], interval: 30s, start_period: %s}}}";

    assertThat(only(worker.formatted("10s")).template().startTimeout())
        .isEqualTo(Duration.ofSeconds(10 + 3 * (30 + 5)));
    assertThat(only(worker.formatted("10m")).template().startTimeout())
        .isEqualTo(Duration.ofSeconds(600 + 3 * (30 + 5)));
    assertThat(
            only("services: {w: {image: w, ports: ['80'], healthcheck: {disable: true, start_period: 1s}}}")
                .template()
                .startTimeout())
        .isEqualTo(ServerTemplate.START_TIMEOUT_DEFAULT);
  }

  @Test
  void aSecretsValueThatCanNotBeKeptIsRefusedBeforeAnythingIsSent() {
    files.put("./none", "");
    files.put("./much", "x".repeat(65_537));

    List<Problem> problems =
        problems(
            """
            services: {web: {image: a, ports: ['80'], secrets: [none, much]}}
            secrets:
              none: {file: ./none}
              much: {file: ./much}
            """);

    assertThat(problems).hasSize(2);
    assertThat(problems.toString())
        .contains("line 3", "a value of 0 bytes", "line 4", "a value of 65537 bytes", "1 to 65536");
  }

  @Test
  void aSecretComesFromAFileOrIsThereAlready() {
    files.put("./password", "geheim");
    ComposeFile file =
        read(
            """
            services:
              web:
                image: web
                ports: ["80"]
                secrets: [db-password, {source: token, target: /run/secrets/api}]
            secrets:
              db-password: {file: ./password}
              token: {external: true}
            """);

    assertThat(file.deployments().getFirst().template().secrets())
        .containsExactly(
            SecretUse.asFile(new SecretName("db-password"), "db-password"),
            SecretUse.asFile(new SecretName("token"), "api"));
    assertThat(file.secrets())
        .containsExactly(new GivenSecret(new SecretName("db-password"), "geheim"));
    assertThat(file.toString()).doesNotContain("geheim");
  }

  @Test
  void servicesComeBehindThoseOnWhichTheyDepend() {
    ComposeFile file =
        read(
            """
            services:
              web: {image: a, ports: ["80"], depends_on: {api: {condition: service_healthy}}}
              api: {image: b, ports: ["80"], depends_on: [store]}
              store: {image: c, ports: ["80"]}
            """);

    assertThat(file.deployments().stream().map(Deployment::service))
        .containsExactly("store", "api", "web");
  }

  @Test
  void everythingThatIsWrongIsToldAtOnceWithLineAndColumn() {
    List<Problem> problems =
        problems(
            """
            services:
              web:
                build: .
                ports: ["8080:80"]
                network_mode: host
                volumes: [data:/data]
              api:
                image: api
                privileged: true
                expose: ["9000"]
                mem_limit: lots
                x-sluice:
                  mx: 4
            """);

    assertThat(problems.stream().map(Problem::path))
        .contains(
            "line 3, column 12: services.web.build",
            "line 4, column 13: services.web.ports[0]",
            "line 5, column 19: services.web.network_mode",
            "line 6, column 15: services.web.volumes[0]",
            "line 9, column 17: services.api.privileged",
            "line 11, column 16: services.api.mem_limit",
            "line 13, column 11: services.api.x-sluice.mx");
  }

  @Test
  void whatATemplateOrAPolicyRefusesIsToldWhereItStandsInTheComposeFile() {
    List<Problem> problems =
        problems(
            """
            services:
              web:
                image: nginx
                user: "no such user"
                ports: ["80"]
                environment: {SLUICE_ZONE: mine}
                x-sluice:
                  min: 5
                  max: 2
            """);

    assertThat(problems.stream().map(Problem::path))
        .containsExactly(
            "line 4, column 11: services.web.user",
            "line 6, column 32: services.web.environment.SLUICE_ZONE",
            "line 8, column 12: services.web.x-sluice.min");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "services: {}                                         | without services",
        "services: {web: {image: a, ports: ['80', '81']}}     | with several ports",
        "services: {web: {image: a}}                          | without a port",
        "services: {Web: {image: a, ports: ['80']}}           | 'Web', which is no name of a zone",
        "services: {web: {ports: ['80']}}                     | without an image",
        "services: {web: {image: 'a:${TAG}', ports: ['80']}}  | variable TAG is not set",
        "services: {web: {image: a, ports: ['80'], environment: {V: 1.10}}} | a value that YAML would change",
        "services: {web: {image: a, ports: ['80'], environment: {V: yes}}}  | a value that YAML would change",
        "services: {web: {image: a, ports: ['80'], depends_on: [db]}}       | service 'db'",
        "services: {web: {image: a, ports: ['80'], env_file: no.env}}       | 'no.env'",
        "services: {web: {image: a, ports: ['80'], restart: 'no'}}          | 'no'",
        "services: {web: {image: a, ports: ['80'], healthcheck: {test: curl}}} | a command, and the service has a port",
        "services: {web: {image: a, ports: ['80']}, web: {image: b}}        | there twice",
        "networks: {front: {}}                                | a network",
        "services: [a]                                        | a list",
      })
  void whatCanNotBeHonouredIsRefusedWithWhatStandsThere(String text, String value) {
    assertThat(problems(text).stream().map(Problem::value)).contains(value);
  }

  @Test
  void twoServicesCanNotBeOneZone() {
    assertThat(
            problems(
                """
                services:
                  web: {image: a, ports: ["80"], x-sluice: {zone: shop}}
                  api: {image: a, ports: ["80"], x-sluice: {zone: shop}}
                """))
        .singleElement()
        .extracting(Problem::value)
        .isEqualTo("zone shop");
  }

  @Test
  void aRoundOfDependenciesIsRefused() {
    assertThat(
            problems(
                """
                services:
                  web: {image: a, ports: ["80"], depends_on: [api]}
                  api: {image: a, ports: ["80"], depends_on: [web]}
                """))
        .singleElement()
        .extracting(Problem::value)
        .isEqualTo("depends on itself by way of api, web");
  }

  @Test
  void aFewAliasesOfAliasesDoNotFillTheMemory() {
    StringBuilder bomb = new StringBuilder("x-a0: &a0 [x, x]\n");
    for (int level = 1; level <= 24; level++) {
      bomb.append("x-a%d: &a%d [*a%d, *a%d]\n".formatted(level, level, level - 1, level - 1));
    }

    assertThat(problems(bomb.toString()))
        .singleElement()
        .extracting(Problem::value)
        .isEqualTo("too large");
  }

  @Test
  void malformedYamlIsToldWithItsPlace() {
    assertThat(problems("services:\n  web: [\n").getFirst().path()).startsWith("line ");
  }

  private Deployment only(String text) {
    return read(text).deployments().getFirst();
  }

  private List<Problem> problems(String text) {
    return catchThrowableOfType(ConfigException.class, () -> read(text)).problems();
  }

  private ComposeFile read(String text) {
    return ComposeFile.read(
        "compose.yml",
        text,
        new ComposeFile.Surroundings(
            variables,
            new ComposeFile.Files() {
              @Override
              public Optional<String> text(String path) {
                return Optional.ofNullable(files.get(path));
              }

              @Override
              public String absolute(String path) {
                return path.startsWith(".") ? "/srv/shop" + path.substring(1) : path;
              }
            }));
  }
}
