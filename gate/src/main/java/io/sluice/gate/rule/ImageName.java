package io.sluice.gate.rule;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image by its name and either a tag or a digest; a name alone means the tag {@code latest}, as
 * it does to an engine.
 *
 * @param name the name, with its registry if it has one
 * @param version {@code :tag} or {@code @sha256:digest}
 * @param written how it was written, which an engine repeats and its fleet looks for
 */
record ImageName(String name, String version, String written) {
  private static final String PART = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
  private static final Pattern FORM =
      Pattern.compile(
          "((?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::[0-9]{1,5})?/)?"
              + PART
              + "(?:/"
              + PART
              + ")*)(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})?");
  private static final int LENGTH_MAX = 512;
  private static final String LATEST = ":latest";

  /** Without a tag, an engine could take it for the beginning of an image's id. */
  private static final Pattern LIKE_AN_ID = Pattern.compile("[0-9a-f]+");

  /**
   * Reads an image's name.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static ImageName of(String text) {
    Matcher form = FORM.matcher(text);
    if (text.length() > LENGTH_MAX || !form.matches() || LIKE_AN_ID.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "image '%s': expected name, name:tag or name@sha256:digest".formatted(text));
    }
    String version = form.group(2);
    return new ImageName(form.group(1), version == null ? LATEST : version, text);
  }

  boolean tagged() {
    return version.startsWith(":");
  }

  @Override
  public String toString() {
    return name + version;
  }
}
