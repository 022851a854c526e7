package io.sluice.balancer.http;

/** Bytes that can be looked at one by one where they lie, without copying them. */
@FunctionalInterface
public interface ByteSource {
  /** The byte at this index. */
  byte at(int index);
}
