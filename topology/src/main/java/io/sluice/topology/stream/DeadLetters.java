package io.sluice.topology.stream;

import io.sluice.schemas.topic.DeadLetter;
import io.sluice.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a processor fails on a record. A malformed one is written to the dead letters
 * as it was, in the same transaction as everything else, and the rest goes on; anything else stops
 * the processing, with the place of the record in the message.
 */
public final class DeadLetters implements ProcessingExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  @Override
  public void configure(Map<String, ?> configuration) {}

  @Override
  public Response handleError(
      ErrorHandlerContext context, @Nullable Record<?, ?> record, Exception failure) {
    if (!(failure instanceof MalformedRecordException)) {
      return Response.fail();
    }
    DeadLetter letter =
        new DeadLetter(
            context.topic(),
            context.partition(),
            context.offset(),
            String.valueOf(failure.getMessage()));
    LOG.warn(
        "{}-{}@{} goes to the dead letters: {}",
        letter.topic(),
        letter.partition(),
        letter.offset(),
        letter.error());
    DeadLetter.Content content = letter.content(context.sourceRawKey(), context.sourceRawValue());
    ProducerRecord<byte[], byte[]> copy =
        new ProducerRecord<>(Topics.DEAD_LETTERS.name(), content.key(), content.value());
    content.headers().forEach((name, value) -> copy.headers().add(new RecordHeader(name, value)));
    return Response.resume(List.of(copy));
  }
}
