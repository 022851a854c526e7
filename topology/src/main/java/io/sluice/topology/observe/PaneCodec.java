package io.sluice.topology.observe;

import io.sluice.schemas.codec.Codec;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.text.Sentence;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Panes as bytes, for the internal topic between the two halves of observe. There is one entry per
 * server and second, so that it is a packed form and not JSON: a version byte, the second, the
 * names of the metrics, then a row per server: its number, how many reports (negative if the engine
 * measured them), and its means.
 */
public final class PaneCodec implements Codec<Pane> {
  /** Of servers that all measured themselves: what earlier releases read, too. */
  private static final byte BY_SERVERS = 1;

  private static final byte VERSION = 2;
  private static final int NAME_LENGTH_MAX = 127;

  @Override
  public byte[] encode(Pane pane) {
    List<byte[]> names = new ArrayList<>();
    int size = 1 + Long.BYTES + 1 + Integer.BYTES;
    for (Metric metric : pane.metrics()) {
      byte[] name = metric.name().getBytes(StandardCharsets.US_ASCII);
      names.add(name);
      size += 1 + name.length;
    }
    size += pane.size() * rowBytes(names.size());
    ByteBuffer buffer = ByteBuffer.allocate(size);
    buffer
        .put(anyByEngine(pane) ? VERSION : BY_SERVERS)
        .putLong(pane.second())
        .put((byte) names.size());
    names.forEach(name -> buffer.put((byte) name.length).put(name));
    buffer.putInt(pane.size());
    for (int row = 0; row < pane.size(); row++) {
      int reports = pane.reports(row);
      buffer.putLong(pane.server(row)).putInt(pane.byEngine(row) ? -reports : reports);
      for (int column = 0; column < names.size(); column++) {
        buffer.putFloat(pane.mean(row, column));
      }
    }
    return buffer.array();
  }

  @Override
  public Decoded<Pane> decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      byte version = buffer.get();
      return version == VERSION || version == BY_SERVERS
          ? new Decoded.Value<>(pane(buffer))
          : new Decoded.UnknownType<>("pane version " + version);
    } catch (BufferUnderflowException | IllegalArgumentException malformed) {
      return new Decoded.Malformed<>(Sentence.of("pane of %d bytes: %s", bytes.length, malformed));
    }
  }

  private static boolean anyByEngine(Pane pane) {
    for (int row = 0; row < pane.size(); row++) {
      if (pane.byEngine(row)) {
        return true;
      }
    }
    return false;
  }

  private static Pane pane(ByteBuffer buffer) {
    long second = buffer.getLong();
    List<Metric> metrics = new ArrayList<>();
    int columns = within(buffer.get(), Pane.METRICS_MAX, "metrics");
    for (int column = 0; column < columns; column++) {
      byte[] name = new byte[within(buffer.get(), NAME_LENGTH_MAX, "characters")];
      buffer.get(name);
      metrics.add(new Metric(new String(name, StandardCharsets.US_ASCII)));
    }
    int size = within(buffer.getInt(), Pane.SERVERS_MAX, "servers");
    if (buffer.remaining() != size * rowBytes(columns)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "%d bytes for %d servers: expected %d",
              buffer.remaining(), size, size * rowBytes(columns)));
    }
    long[] servers = new long[size];
    int[] reports = new int[size];
    boolean[] byEngine = new boolean[size];
    float[] means = new float[size * columns];
    for (int row = 0; row < size; row++) {
      servers[row] = buffer.getLong();
      int count = buffer.getInt();
      byEngine[row] = count < 0;
      reports[row] = within(Math.abs(count), Integer.MAX_VALUE, "reports");
      for (int column = 0; column < columns; column++) {
        means[row * columns + column] = buffer.getFloat();
      }
    }
    return new Pane(second, metrics, servers, reports, byEngine, means);
  }

  private static int rowBytes(int columns) {
    return Long.BYTES + Integer.BYTES + columns * Float.BYTES;
  }

  private static int within(int count, int max, String what) {
    if (count < 0 || count > max) {
      throw new IllegalArgumentException(Sentence.of("%d %s: expected 0 to %d", count, what, max));
    }
    return count;
  }
}
