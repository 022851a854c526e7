package io.sluice.compose.kafka;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the Kafka clients of the command line and of a cluster's preparation, and says in words why
 * Kafka can't be used.
 */
public final class KafkaClients {
  private static final String JAAS = "sasl.jaas.config";

  /** An address that can be resolved, which is all that is done with it. */
  private static final String NOBODY = "127.0.0.1:1";

  private KafkaClients() {}

  /**
   * A consumer of bytes.
   *
   * @param own the settings of this client
   * @throws ConfigException if a setting of the user's can't be used
   * @throws UnreachableException if the address is none
   */
  public static KafkaConsumer<byte[], byte[]> consumer(KafkaAccess kafka, Map<String, Object> own) {
    return made(
        kafka,
        own,
        settings ->
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /**
   * A producer of bytes.
   *
   * @param own the settings of this client
   * @throws ConfigException if a setting of the user's can't be used
   * @throws UnreachableException if the address is none
   */
  public static KafkaProducer<byte[], byte[]> producer(KafkaAccess kafka, Map<String, Object> own) {
    return made(
        kafka,
        own,
        settings ->
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /**
   * An administrator.
   *
   * @param own the settings of this client
   * @throws ConfigException if a setting of the user's can't be used
   * @throws UnreachableException if the address is none
   */
  public static Admin admin(KafkaAccess kafka, Map<String, Object> own) {
    return made(kafka, own, Admin::create);
  }

  /**
   * Checks that clients can be made with the settings. Kafka is not asked, since a part may start
   * without it.
   *
   * @throws ConfigException if a setting can't be used
   */
  public static void requireUsable(KafkaAccess kafka) {
    made(kafka, Map.of(), KafkaClients::unconnected).close();
  }

  private static KafkaConsumer<byte[], byte[]> unconnected(Map<String, Object> settings) {
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, NOBODY);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static <C> C made(
      KafkaAccess kafka, Map<String, Object> own, Function<Map<String, Object>, C> make) {
    try {
      return make.apply(kafka.settings(own));
    } catch (KafkaException unusable) {
      if (unusable instanceof org.apache.kafka.common.config.ConfigException
          && String.valueOf(unusable.getMessage()).contains("bootstrap")) {
        throw new UnreachableException(
            "'%s' is no address of a Kafka broker: expected host:port".formatted(kafka.bootstrap()),
            unusable);
      }
      throw new ConfigException("Kafka at " + kafka.bootstrap(), List.of(problem(kafka, unusable)));
    }
  }

  /** What is wrong with a setting; never with the text of a secret, which may be part of it. */
  private static Problem problem(KafkaAccess kafka, KafkaException unusable) {
    Throwable cause = unusable;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    boolean told =
        kafka.properties().entrySet().stream()
            .filter(setting -> KafkaAccess.secret(setting.getKey()))
            .noneMatch(secret -> message.contains(secret.getValue()));
    if (kafka.properties().containsKey(JAAS) && message.contains("JAAS")) {
      return new Problem(JAAS, "malformed", "CLASS required name=\"value\" …; with the semicolon");
    }
    return new Problem(
        "a setting",
        told ? "unusable (" + message + ")" : "unusable",
        "what Kafka's clients take under its name");
  }

  /** Why Kafka does not do something, in words that say what to do. */
  public static UnreachableException explained(KafkaAccess kafka, Throwable failed) {
    String where = "Kafka at " + kafka.bootstrap();
    Optional<Throwable> told =
        causes(failed, SslAuthenticationException.class)
            .or(() -> causes(failed, AuthenticationException.class))
            .or(() -> causes(failed, AuthorizationException.class));
    String message =
        switch (told.orElse(failed)) {
          case SslAuthenticationException tls ->
              "%s: TLS fails (%s): expected a certificate that the other side trusts, and the name in it"
                  .formatted(where, tls.getMessage());
          case AuthenticationException refused ->
              "%s refuses the credentials (%s): expected sasl.mechanism and sasl.jaas.config to be those of a user there"
                  .formatted(where, refused.getMessage());
          case AuthorizationException forbidden ->
              "%s forbids it (%s): expected a user with the rights for it"
                  .formatted(where, forbidden.getMessage());
          default ->
              "no Kafka broker answers at %s: is the cluster running, is this its port, and %s?"
                  .formatted(
                      kafka.bootstrap(),
                      kafka.properties().isEmpty()
                          ? "does it ask for TLS or credentials, which --kafka-config FILE, or the key kafka of a part's file, would give"
                          : "are security.protocol and the other settings for it what it expects");
        };
    return new UnreachableException(message, failed);
  }

  private static Optional<Throwable> causes(Throwable failed, Class<? extends Throwable> type) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(cause);
      }
    }
    return Optional.empty();
  }
}
