package io.sluice.compose.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compose.cluster.EmbeddedBroker.Role;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final FleetEvent FACT =
      new FleetEvent.ZoneDeclared(ZONE, Instant.EPOCH, Actor.CONFIGURATION);

  @Test
  void keepsWhatWasWrittenOverARestartAndStampsItWithItsOwnTime(@TempDir Path data)
      throws ExecutionException, InterruptedException {
    Ports ports = FreePorts.find();
    try (EmbeddedBroker broker = start(ports, data)) {
      TopicSetup.ensure(KafkaAccess.at(broker.bootstrap()), List.of(ZONE), 3, 1);
      TopicSetup.ensure(KafkaAccess.at(broker.bootstrap()), List.of(ZONE), 3, 1);
      write(broker.bootstrap(), "garbage".getBytes(UTF_8));
      write(broker.bootstrap(), Topics.FLEET_EVENT.encode(FACT));
    }

    List<String> unreadable = new ArrayList<>();
    try (EmbeddedBroker broker = start(ports, data);
        TopicReader<FleetEvent> journal =
            new TopicReader<>(
                KafkaAccess.at(broker.bootstrap()), Topics.JOURNAL, unreadable::add)) {
      List<Entry<FleetEvent>> entries = journal.toEnd();

      assertThat(entries.stream().map(Entry::value)).containsExactly(FACT);
      assertThat(entries.getFirst().time()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
      assertThat(unreadable).singleElement().asString().contains("journal").contains("garbage");
    }
  }

  /**
   * The controller of one that crashed takes it for living until its session ends, here after ten
   * minutes: one that starts as it is would have to wait for that.
   */
  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void oneThatCrashedHasNoSessionAnyMoreWhenItStarts(@TempDir Path data, @TempDir Path crashed)
      throws IOException, ExecutionException, InterruptedException {
    Ports ports = FreePorts.find();
    try (EmbeddedBroker broker = start(ports, data)) {
      TopicSetup.ensure(KafkaAccess.at(broker.bootstrap()), List.of(ZONE), 3, 1);
      write(broker.bootstrap(), Topics.FLEET_EVENT.encode(FACT));
      copy(data, crashed);
    }
    assertThat(StaleSession.isIn(data)).isFalse();
    assertThat(StaleSession.isIn(crashed)).isTrue();

    EmbeddedBroker.Place place =
        new EmbeddedBroker.Place("127.0.0.1", ports.kafka(), ports.kafkaController(), List.of());
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(place, Map.of("broker.session.timeout.ms", "600000"), crashed);
        TopicReader<FleetEvent> journal =
            new TopicReader<>(KafkaAccess.at(broker.bootstrap()), Topics.JOURNAL, problem -> {})) {
      assertThat(journal.toEnd().stream().map(Entry::value)).containsExactly(FACT);
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void aBrokerGoesOnWhileTheControllerBesideItIsAway(
      @TempDir Path controllerData, @TempDir Path brokerData)
      throws ExecutionException, InterruptedException {
    Ports ports = FreePorts.find();
    SortedMap<Integer, String> controllers =
        new TreeMap<>(Map.of(101, "127.0.0.1:" + ports.kafkaController()));
    EmbeddedBroker.Place controllerPlace =
        place(ports, new EmbeddedBroker.Quorum("c", 101, Set.of(Role.CONTROLLER), controllers));
    EmbeddedBroker.Place brokerPlace =
        place(ports, new EmbeddedBroker.Quorum("c", 1, Set.of(Role.BROKER), controllers));
    EmbeddedBroker broker;
    try (EmbeddedBroker controller = EmbeddedBroker.start(controllerPlace, controllerData)) {
      broker = EmbeddedBroker.start(brokerPlace, brokerData);
      assertThat(broker.bootstrap()).endsWith(":" + ports.kafka());
      assertThat(controller.bootstrap()).endsWith(":" + ports.kafkaController());
      TopicSetup.ensure(KafkaAccess.at(broker.bootstrap()), List.of(ZONE), 3, 1);
      // The first producer has the broker fetch a block of producers' ids from its controller.
      write(broker.bootstrap(), Topics.FLEET_EVENT.encode(FACT));
    }

    write(broker.bootstrap(), Topics.FLEET_EVENT.encode(FACT));

    try (TopicReader<FleetEvent> journal =
        new TopicReader<>(KafkaAccess.at(broker.bootstrap()), Topics.JOURNAL, problem -> {})) {
      assertThat(journal.toEnd().stream().map(Entry::value)).containsExactly(FACT, FACT);
    }
    // It ends in order only with a controller that lets it go.
    try (EmbeddedBroker again = EmbeddedBroker.start(controllerPlace, controllerData)) {
      broker.close();
      assertThat(again.bootstrap()).endsWith(":" + ports.kafkaController());
    }
  }

  private static EmbeddedBroker.Place place(Ports ports, EmbeddedBroker.Quorum quorum) {
    return new EmbeddedBroker.Place(
        "127.0.0.1", ports.kafka(), ports.kafkaController(), List.of(), Optional.of(quorum));
  }

  /**
   * As a crash at this moment would leave it, but for what is in no file yet. The broker goes on
   * meanwhile: a file that it has removed since it was listed is not there after a crash either.
   */
  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            try {
              Files.copy(file, to.resolve(from.relativize(file)));
            } catch (NoSuchFileException removed) {
              return visitFileFailed(file, removed);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
            if (failed instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failed;
          }
        });
  }

  @Test
  void aReaderSaysThatNobodyAnswers() {
    Ports ports = FreePorts.find();

    assertThatThrownBy(() ->
            new TopicReader<>(
                    KafkaAccess.at("127.0.0.1:" + ports.kafka()), Topics.JOURNAL, problem -> {})
                .close())
        .isInstanceOf(UnreachableException.class)
        .hasMessageContaining("no Kafka broker answers at 127.0.0.1:" + ports.kafka());
  }

  private static EmbeddedBroker start(Ports ports, Path data) {
    return EmbeddedBroker.start("127.0.0.1", ports.kafka(), ports.kafkaController(), data);
  }

  private static void write(String bootstrap, byte[] value)
      throws ExecutionException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(Topics.JOURNAL.name(), Topics.ZONE_KEY.encode(ZONE), value))
          .get();
    }
  }
}
