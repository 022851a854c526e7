package io.sluice.topology.stream;

import io.sluice.schemas.topic.Topics;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a record can't be written. A dead letter is no reason to stop anything: it is
 * left out, and the log says so. What else can't be written ends the thread, whose successor begins
 * behind the last transaction.
 */
public final class Productions implements ProductionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Productions.class);

  @Override
  public void configure(Map<String, ?> configuration) {}

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception failure) {
    if (!record.topic().equals(Topics.DEAD_LETTERS.name())) {
      return Response.fail();
    }
    LOG.error("a dead letter is left out, of {}@{}", context.topic(), context.offset(), failure);
    return Response.resume();
  }
}
