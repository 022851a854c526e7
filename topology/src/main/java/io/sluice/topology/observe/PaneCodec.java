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
 * names of the metrics, then a row per server.
 */
public final class PaneCodec implements Codec<Pane> {
  private static final byte VERSION = 1;
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
    buffer.put(VERSION).putLong(pane.second()).put((byte) names.size());
    names.forEach(name -> buffer.put((byte) name.length).put(name));
    buffer.putInt(pane.size());
    for (int row = 0; row < pane.size(); row++) {
      buffer.putLong(pane.server(row)).putInt(pane.reports(row));
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
      return version == VERSION
          ? new Decoded.Value<>(pane(buffer))
          : new Decoded.UnknownType<>("pane version " + version);
    } catch (BufferUnderflowException | IllegalArgumentException malformed) {
      return new Decoded.Malformed<>(Sentence.of("pane of %d bytes: %s", bytes.length, malformed));
    }
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
    float[] means = new float[size * columns];
    for (int row = 0; row < size; row++) {
      servers[row] = buffer.getLong();
      reports[row] = within(buffer.getInt(), Integer.MAX_VALUE, "reports");
      for (int column = 0; column < columns; column++) {
        means[row * columns + column] = buffer.getFloat();
      }
    }
    return new Pane(second, metrics, servers, reports, means);
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
