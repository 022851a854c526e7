package io.sluice.compose.cli;

import picocli.CommandLine.Command;

@Command(name = "up")
final class UpCommand {}
