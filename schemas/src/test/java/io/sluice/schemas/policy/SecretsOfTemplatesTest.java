package io.sluice.schemas.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsOfTemplatesTest {
  private static final SecretName PASSWORD = new SecretName("db-password");

  @Test
  void aSecretIsAFileOfItsOwnNameUnlessItIsToBeAnotherOrAVariable() throws Exception {
    ServerTemplate template =
        Templates.parse(
            "it",
            """
            container:
              secrets:
              - {name: db-password}
              - {name: db-password, file: password, version: 2}
              - {name: db-password, variable: DB_PASSWORD}
            """);

    assertThat(template.secrets())
        .containsExactly(
            SecretUse.asFile(PASSWORD, "db-password"),
            SecretUse.asFile(PASSWORD, "password").of(2),
            SecretUse.asVariable(PASSWORD, "DB_PASSWORD"));
    assertThat(Templates.parse("it", written(template))).isEqualTo(template);
  }

  private static String written(ServerTemplate template) throws JsonProcessingException {
    return Json.yaml().writeValueAsString(Templates.describe(template));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {file: x}                          | container.secrets[0].name: is missing
          {name: Db}                         | container.secrets[0].name: is 'Db'
          {name: ../x}                       | container.secrets[0].name: is '../x'
          {name: a, file: ../x}              | container.secrets[0].file: is '../x'
          {name: a, file: x/y}               | container.secrets[0].file: is 'x/y'
          {name: a, variable: A-B}           | container.secrets[0].variable: is 'A-B'
          {name: a, variable: SLUICE_PORT}   | container.secrets[0].variable: is 'SLUICE_PORT'
          {name: a, file: a, variable: A}    | container.secrets[0].variable: is beside a file
          {name: a, version: 0}              | container.secrets[0].version: is '0'
          {name: a, value: b}                | container.secrets[0].value: is unknown
          {name: a}, {name: b, file: a}      | container.secrets: is file a twice
          """)
  void whatIsWrongIsSaidWhereItIs(String secrets, String problem) {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () -> Templates.parse("it", "container: {secrets: [" + secrets + "]}"));

    assertThat(refused.problems()).singleElement().asString().startsWith(problem);
  }

  @Test
  void aTemplateWithoutSecretsIsWrittenAsItEverWas() {
    assertThat(Templates.describe(ServerTemplate.DEFAULT).toString()).doesNotContain("secrets");
    assertThat(ServerTemplate.DEFAULT.with(List.of())).isEqualTo(ServerTemplate.DEFAULT);
  }
}
