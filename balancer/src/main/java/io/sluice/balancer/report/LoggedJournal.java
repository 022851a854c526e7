package io.sluice.balancer.report;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.topic.DeadLetter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal of a balancer without Kafka: facts go to its log. */
public final class LoggedJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedJournal.class);

  @Override
  public void record(FleetEvent fact) {
    LOG.info("{}", fact);
  }

  @Override
  public void putAway(DeadLetter where, byte[] key, byte[] value) {
    LOG.warn("{}", where);
  }

  @Override
  public void close() {}
}
