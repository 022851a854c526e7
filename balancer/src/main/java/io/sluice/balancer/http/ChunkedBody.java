package io.sluice.balancer.http;

import java.util.Arrays;

/**
 * Finds where a chunked body ends, piece by piece as it arrives, and refuses what is malformed. The
 * data itself is skipped, never looked at. Reused for body after body; belongs to one thread.
 *
 * <pre>
 *  SIZE ──';'──▶ EXTENSION ──┐
 *    │ CR                    │ CR
 *    ▼                       ▼
 *  SIZE_END ◀────────────────┘
 *    │ LF, size &gt; 0          │ LF, size = 0
 *    ▼                       ▼
 *  DATA ─▶ DATA_CR ─▶ DATA_LF ─▶ SIZE     TRAILERS ──empty line──▶ DONE
 * </pre>
 */
public final class ChunkedBody {
  /** How far a body is. */
  public enum State {
    /** The body goes on. */
    MORE,
    /** The body is over; what follows is not part of it. */
    DONE,
    /** The body is malformed. */
    REFUSED
  }

  private enum Step {
    SIZE,
    EXTENSION,
    SIZE_END,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILERS,
    DONE,
    REFUSED
  }

  private static final int SIZE_DIGITS_MAX = 15;

  private final HeadLimits limits;
  private final long bodyMaxBytes;
  private Step step = Step.SIZE;
  private Refusal refusal = Refusal.CHUNK_SIZE_MALFORMED;
  private long size;
  private long announced;
  private int digits;
  private final ChunkExtension chunkExtension = new ChunkExtension();
  private byte[] trailers = new byte[0];
  private int trailersLength;

  /** A body of any length, whose trailers keep the limits of a head. */
  public ChunkedBody(HeadLimits limits) {
    this(limits, Long.MAX_VALUE);
  }

  /** The same, with this much data at most. */
  public ChunkedBody(HeadLimits limits, long bodyMaxBytes) {
    this.limits = limits;
    this.bodyMaxBytes = bodyMaxBytes;
  }

  /** Starts with the next body. */
  public void reset() {
    step = Step.SIZE;
    size = 0;
    announced = 0;
    digits = 0;
    trailersLength = 0;
  }

  /** How far the body is. */
  public State state() {
    return switch (step) {
      case DONE -> State.DONE;
      case REFUSED -> State.REFUSED;
      case SIZE, EXTENSION, SIZE_END, DATA, DATA_CR, DATA_LF, TRAILERS -> State.MORE;
    };
  }

  /** The trailers of a body that is done, as field lines; empty if it had none. */
  public byte[] trailers() {
    return Arrays.copyOf(trailers, Math.max(0, trailersLength - 2));
  }

  /** Why the state is {@link State#REFUSED}. */
  public Refusal refusal() {
    return refusal;
  }

  /**
   * Scans {@code source[from, to)}.
   *
   * @param data is told where the data lies
   * @return the index behind the last byte that belongs to this body; {@code to}, unless the body
   *     is done or refused
   */
  public int scan(ByteSource source, int from, int to, DataSpans data) {
    int at = from;
    while (at < to && step != Step.DONE && step != Step.REFUSED) {
      if (step == Step.DATA) {
        int end = (int) Math.min(to, at + size);
        data.data(at, end);
        size -= end - at;
        at = end;
        step = size == 0 ? Step.DATA_CR : Step.DATA;
      } else {
        step = next(source.at(at));
        at++;
      }
    }
    return at;
  }

  private Step next(byte octet) {
    return switch (step) {
      case SIZE -> size(octet);
      case EXTENSION -> extension(octet);
      case SIZE_END -> sizeEnd(octet);
      case DATA_CR -> octet == Octets.CR ? Step.DATA_LF : refuse(Refusal.CHUNK_END_MISSING);
      case DATA_LF -> octet == Octets.LF ? Step.SIZE : refuse(Refusal.CHUNK_END_MISSING);
      case TRAILERS -> trailer(octet);
      case DATA, DONE, REFUSED -> step;
    };
  }

  private Step size(byte octet) {
    int digit = Octets.hex(octet);
    if (digit >= 0) {
      size = size << 4 | digit;
      return ++digits > SIZE_DIGITS_MAX ? refuse(Refusal.CHUNK_SIZE_MALFORMED) : Step.SIZE;
    }
    if (digits == 0 || (octet != Octets.CR && octet != ';')) {
      return refuse(octet == Octets.LF ? Refusal.BARE_LF : Refusal.CHUNK_SIZE_MALFORMED);
    }
    chunkExtension.begin();
    return octet == Octets.CR ? Step.SIZE_END : Step.EXTENSION;
  }

  private Step extension(byte octet) {
    if (octet == Octets.CR && chunkExtension.whole()) {
      return Step.SIZE_END;
    }
    if (octet == Octets.LF) {
      return refuse(Refusal.BARE_LF);
    }
    return chunkExtension.takes(octet) ? Step.EXTENSION : refuse(Refusal.CHUNK_EXTENSION_MALFORMED);
  }

  private Step sizeEnd(byte octet) {
    if (octet != Octets.LF) {
      return refuse(Refusal.BARE_CR);
    }
    digits = 0;
    if (size > bodyMaxBytes - announced) {
      return refuse(Refusal.BODY_TOO_LARGE);
    }
    announced += size;
    return size > 0 ? Step.DATA : Step.TRAILERS;
  }

  private Step trailer(byte octet) {
    boolean afterCr = trailersLength > 0 && trailers[trailersLength - 1] == Octets.CR;
    if (afterCr != (octet == Octets.LF)) {
      return refuse(afterCr ? Refusal.BARE_CR : Refusal.BARE_LF);
    }
    if (trailersLength == limits.headMaxBytes()) {
      return refuse(Refusal.TRAILERS_TOO_LARGE);
    }
    if (trailersLength == trailers.length) {
      trailers = Arrays.copyOf(trailers, Math.max(64, 2 * trailersLength));
    }
    trailers[trailersLength++] = octet;
    return octet == Octets.LF && emptyLine() ? judgeTrailers() : Step.TRAILERS;
  }

  private boolean emptyLine() {
    return trailersLength == 2
        || (trailersLength >= 4 && trailers[trailersLength - 3] == Octets.LF);
  }

  private Step judgeTrailers() {
    if (trailersLength == 2) {
      return Step.DONE;
    }
    Fields fields = new Fields(limits);
    fields.reset(trailers);
    if (fields.scan(0, trailersLength) != Scan.COMPLETE) {
      return refuse(Refusal.TRAILER_MALFORMED);
    }
    for (int i = 0; i < fields.count(); i++) {
      if (forbidden(fields.name(i))) {
        return refuse(Refusal.TRAILER_FORBIDDEN);
      }
    }
    return Step.DONE;
  }

  /** Whether the field means something to a balancer, hence must be known before the body. */
  private static boolean forbidden(FieldName name) {
    return name != FieldName.OTHER && name != FieldName.DATE;
  }

  private Step refuse(Refusal why) {
    refusal = why;
    return Step.REFUSED;
  }
}
