package io.sluice.balancer.proxy;

import io.sluice.balancer.pick.Candidates;
import io.sluice.balancer.pick.Pick;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list of slots as a pick sees it; made anew for every choice. */
final class Choice implements Candidates {
  private final Loop loop;
  private final boolean limited;

  /** How many servers refuse connections; while none does, nobody has to be asked. */
  private int refusing;

  private ServerSlot[] slots = new ServerSlot[0];
  private boolean[] open = new boolean[0];
  private boolean allOpen;
  private long key;

  Choice(Loop loop) {
    this.loop = loop;
    this.limited = loop.config().balancing().perServerMax() > 0;
  }

  /** So many more servers refuse connections; or fewer, below 0. */
  void refuse(int more) {
    refusing += more;
  }

  /** The slot that the pick takes among those that were not tried; null if there is none. */
  @Nullable ServerSlot choose(
      ServerSlot[] from, List<ServerSlot> tried, long requestKey, Pick pick) {
    slots = from;
    key = requestKey;
    boolean slow = !loop.config().balancing().slowStart().duration().isZero();
    allOpen = tried.isEmpty() && !slow && !limited && refusing == 0;
    if (allOpen) {
      return picked(pick);
    }
    // A server that is only starting may be passed over, but not for nobody.
    ServerSlot warm = slow && gate(tried, true) ? picked(pick) : null;
    return warm == null && gate(tried, false) ? picked(pick) : warm;
  }

  /** Whether {@link #choose} would find one. */
  boolean any(ServerSlot[] from, List<ServerSlot> tried) {
    for (ServerSlot slot : from) {
      if (takes(slot, tried)) {
        return true;
      }
    }
    return false;
  }

  /** How many of them {@link #choose} could take. */
  int count(ServerSlot[] from, List<ServerSlot> tried) {
    if (tried.isEmpty() && !limited && refusing == 0) {
      return from.length;
    }
    int count = 0;
    for (ServerSlot slot : from) {
      count += takes(slot, tried) ? 1 : 0;
    }
    return count;
  }

  boolean takes(ServerSlot slot, List<ServerSlot> tried) {
    boolean reachable = refusing == 0 || slot.mayConnect(loop.nowNanos());
    return reachable && slot.hasRoom() && (tried.isEmpty() || !tried.contains(slot));
  }

  private boolean gate(List<ServerSlot> tried, boolean slowly) {
    if (open.length != slots.length) {
      open = new boolean[slots.length];
    }
    boolean some = false;
    for (int i = 0; i < slots.length; i++) {
      open[i] = takes(slots[i], tried) && (!slowly || warm(slots[i]));
      some |= open[i];
    }
    return some;
  }

  private boolean warm(ServerSlot slot) {
    double share =
        loop.config().balancing().slowStart().share(loop.nowNanos() - slot.aliveSinceNanos());
    return share >= 1 || loop.chance(1 << 20) < share * (1 << 20);
  }

  private @Nullable ServerSlot picked(Pick pick) {
    var index = pick.choose(this);
    return index.isPresent() ? slots[index.getAsInt()] : null;
  }

  @Override
  public int size() {
    return slots.length;
  }

  @Override
  public boolean open(int index) {
    return allOpen || open[index];
  }

  @Override
  public int inFlight(int index) {
    return slots[index].inFlight();
  }

  @Override
  public int weight(int index) {
    return slots[index].target().weight();
  }

  @Override
  public long identity(int index) {
    return slots[index].identity();
  }

  @Override
  public long key() {
    return key;
  }
}
