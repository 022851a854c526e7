package io.sluice.provisioner.simulation;

/**
 * Who asks the fleet for something.
 *
 * @param author the term
 * @param decidedAt when the step began that it follows from, in milliseconds of the run
 */
record Request(Author author, long decidedAt) {}
