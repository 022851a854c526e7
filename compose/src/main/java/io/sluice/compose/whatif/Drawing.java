package io.sluice.compose.whatif;

import java.io.StringWriter;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** An SVG image in the making: texts, lines and paths, written as they come. */
final class Drawing {
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;

  /** An empty image with a white ground. */
  Drawing(int width, int height, String title) {
    try {
      xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
      open("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", "0 0 " + width + " " + height);
      attributes("width", width, "height", height, "font-size", 12);
      attributes("font-family", "system-ui, 'DejaVu Sans', sans-serif", "role", "img");
      open("title");
      xml.writeCharacters(title);
      close();
      leaf("rect", "width", width, "height", height, "fill", "white");
    } catch (XMLStreamException impossible) {
      throw impossible(impossible);
    }
  }

  /** A text whose base line begins, is centred or ends at a point, as the anchor says. */
  void text(double x, double y, String anchor, String words, Object... attributes) {
    try {
      open("text", "x", x, "y", y, "text-anchor", anchor);
      attributes(attributes);
      xml.writeCharacters(words);
      close();
    } catch (XMLStreamException impossible) {
      throw impossible(impossible);
    }
  }

  /** A straight line. */
  void line(double x1, double y1, double x2, double y2) {
    leaf("path", "d", new Path().move(x1, y1).to(x2, y2));
  }

  /** An element without content; attributes are names and values in turn. */
  void leaf(String name, Object... attributes) {
    try {
      xml.writeEmptyElement(name);
      attributes(attributes);
      newLine();
    } catch (XMLStreamException impossible) {
      throw impossible(impossible);
    }
  }

  /** Begins a group, whose attributes hold for everything in it. */
  void group(Object... attributes) {
    try {
      open("g", attributes);
    } catch (XMLStreamException impossible) {
      throw impossible(impossible);
    }
  }

  /** Ends a group. */
  void end() {
    try {
      close();
    } catch (XMLStreamException impossible) {
      throw impossible(impossible);
    }
  }

  /** Ends the image. */
  String finished() {
    try {
      xml.writeEndDocument();
      xml.close();
      return text + "\n";
    } catch (XMLStreamException impossible) {
      throw impossible(impossible);
    }
  }

  private void open(String name, Object... attributes) throws XMLStreamException {
    xml.writeStartElement(name);
    attributes(attributes);
  }

  private void close() throws XMLStreamException {
    xml.writeEndElement();
    newLine();
  }

  private void newLine() throws XMLStreamException {
    xml.writeCharacters("\n");
  }

  private void attributes(Object... namesAndValues) throws XMLStreamException {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      xml.writeAttribute(
          namesAndValues[i].toString(),
          value instanceof Double number ? number(number) : value.toString());
    }
  }

  /** A tenth of a pixel is as fine as anybody sees. */
  private static String number(double value) {
    String tenths = String.format(Locale.ROOT, "%.1f", value);
    return tenths.endsWith(".0") ? tenths.substring(0, tenths.length() - 2) : tenths;
  }

  private static IllegalStateException impossible(XMLStreamException cause) {
    return new IllegalStateException("an image can't be written into memory", cause);
  }

  /** A path in the making. Steps that lead nowhere are left out. */
  static final class Path {
    private final StringBuilder steps = new StringBuilder();
    private String x = "";
    private String y = "";

    Path move(double toX, double toY) {
      x = number(toX);
      y = number(toY);
      steps.append('M').append(x).append(' ').append(y);
      return this;
    }

    Path to(double toX, double toY) {
      String nextX = number(toX);
      String nextY = number(toY);
      if (!nextX.equals(x) && !nextY.equals(y)) {
        steps.append('L').append(nextX).append(' ').append(nextY);
      } else if (!nextX.equals(x)) {
        steps.append('H').append(nextX);
      } else if (!nextY.equals(y)) {
        steps.append('V').append(nextY);
      }
      x = nextX;
      y = nextY;
      return this;
    }

    Path closed() {
      steps.append('Z');
      return this;
    }

    @Override
    public String toString() {
      return steps.toString();
    }
  }
}
