package io.sluice.schemas.command;

/**
 * Why a command was given.
 *
 * @param code for programs
 * @param sentence for people
 */
public record Reason(ReasonCode code, String sentence) {}
