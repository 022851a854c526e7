package io.sluice.compose.e2e;

import static org.apache.kafka.common.acl.AclOperation.ALL;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A broker with a door that asks for a user and a password, and lets each part do what the page on
 * security says that it needs, and no more. Who comes by the broker's own port may do everything.
 */
final class SecuredBroker implements AutoCloseable {
  /** The password of all its users. */
  static final String PASSWORD = "pass-" + Long.toHexString(System.nanoTime());

  private static final String DOOR = "SECURED";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required";

  private final EmbeddedBroker broker;
  private final int door;

  private SecuredBroker(EmbeddedBroker broker, int door) {
    this.broker = broker;
    this.door = door;
  }

  static SecuredBroker start(Ports ports, Path data) throws Exception {
    int door = ports.kafkaContainers();
    String users =
        "user_monitor='%1$s' user_balancer='%1$s' user_server='%1$s' user_reader='%1$s'"
            .formatted(PASSWORD);
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            new EmbeddedBroker.Place(
                "127.0.0.1",
                ports.kafka(),
                ports.kafkaController(),
                List.of(new EmbeddedBroker.Door(DOOR, door, "127.0.0.1:" + door))),
            Map.of(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_PLAINTEXT",
                "listener.name.secured.sasl.enabled.mechanisms",
                "PLAIN",
                "listener.name.secured.plain.sasl.jaas.config",
                LOGIN + " " + users + ";",
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users",
                "User:ANONYMOUS"),
            data);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      admin.createAcls(rights()).all().get();
    }
    return new SecuredBroker(broker, door);
  }

  private static List<AclBinding> rights() {
    List<AclBinding> rights = new ArrayList<>();
    for (String topic :
        List.of("metrics", "journal", "scale-commands", "secrets", "dead-letters", "leadership")) {
      rights.add(right("monitor", ALL, TOPIC, LITERAL, topic));
    }
    rights.add(right("monitor", ALL, TOPIC, PREFIXED, "membership."));
    rights.add(right("monitor", ALL, TOPIC, PREFIXED, "sluice-"));
    rights.add(right("monitor", READ, GROUP, LITERAL, "sluice"));
    rights.add(right("monitor", READ, GROUP, LITERAL, "sluice-provisioner"));
    rights.add(right("monitor", ALL, TRANSACTIONAL_ID, PREFIXED, "sluice-"));
    rights.add(right("balancer", READ, TOPIC, PREFIXED, "membership."));
    rights.add(right("balancer", WRITE, TOPIC, LITERAL, "journal"));
    rights.add(right("balancer", WRITE, TOPIC, LITERAL, "metrics"));
    rights.add(right("balancer", WRITE, TOPIC, LITERAL, "dead-letters"));
    rights.add(right("server", WRITE, TOPIC, LITERAL, "metrics"));
    rights.add(right("reader", READ, TOPIC, LITERAL, "journal"));
    rights.add(right("reader", READ, TOPIC, LITERAL, "scale-commands"));
    return rights;
  }

  private static AclBinding right(
      String user, AclOperation operation, ResourceType type, PatternType pattern, String name) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  /** Where it asks who comes. */
  String door() {
    return "127.0.0.1:" + door;
  }

  /** Where it asks nobody. */
  String bootstrap() {
    return broker.bootstrap();
  }

  /** What a user says at the door. */
  static Map<String, String> credentials(String user, String password) {
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        "%s username=\"%s\" password=\"%s\";".formatted(LOGIN, user, password));
  }

  @Override
  public void close() {
    broker.close();
  }
}
