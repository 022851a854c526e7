package io.sluice.provisioner.plan;

/**
 * Something that an operator may want to read in the log.
 *
 * @param warning whether it is out of the ordinary
 * @param sentence what happened
 */
public record Note(boolean warning, String sentence) {}
