package io.sluice.schemas.config;

import com.fasterxml.jackson.databind.node.DecimalNode;
import java.math.BigDecimal;

/** A number in a document whose text would change if it were read and written again. */
final class WrittenNumber extends DecimalNode {
  private static final long serialVersionUID = 1;

  private final String text;

  WrittenNumber(BigDecimal value, String text) {
    super(value);
    this.text = text;
  }

  /** As it stands in the document. */
  @Override
  public String asText() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WrittenNumber number && text.equals(number.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
