package io.sluice.compose.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Where log lines go: nowhere for commands that only read, since what is wrong is told by the
 * command itself; into files below the data directory for processes that go on.
 */
final class Logs {
  private static final long FILE_BYTES_MAX = 10L * 1024 * 1024;
  private static final int FILES_MAX = 5;

  private Logs() {}

  /** Silences all loggers. */
  static void toNowhere() {
    root().detachAndStopAllAppenders();
    root().setLevel(Level.OFF);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
  }

  /** Sends everything from WARN on, and Sluice's own from INFO on, to this file and its elders. */
  static void toFile(Path file) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    PatternLayoutEncoder encoder = encoder(context);
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
    window.setContext(context);
    window.setParent(appender);
    window.setFileNamePattern(file + ".%i");
    window.setMinIndex(1);
    window.setMaxIndex(FILES_MAX);
    window.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(FILE_BYTES_MAX));
    size.start();
    appender.setRollingPolicy(window);
    appender.setTriggeringPolicy(size);
    begin(context, appender);
  }

  /** Sends the same to standard error, for whoever runs the process to collect. */
  static void toConsole() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context));
    begin(context, appender);
  }

  private static PatternLayoutEncoder encoder(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(
        "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level [%thread] %logger{36} %msg%n");
    encoder.start();
    return encoder;
  }

  private static void begin(LoggerContext context, Appender<ILoggingEvent> appender) {
    appender.start();
    root().detachAndStopAllAppenders();
    root().addAppender(appender);
    root().setLevel(Level.WARN);
    context.getLogger("io.sluice").setLevel(Level.INFO);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  private static ch.qos.logback.classic.Logger root() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    return context.getLogger(Logger.ROOT_LOGGER_NAME);
  }
}
