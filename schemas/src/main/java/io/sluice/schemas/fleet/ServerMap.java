package io.sluice.schemas.fleet;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.text.Sentence;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the servers of one zone, by their numbers. It never changes: with one server
 * more or less it is another map, which shares all but a few small arrays with this one, so that a
 * fact about a server costs the same in a zone of three and of ten thousand.
 *
 * <pre>
 *   number 1,234 = 1 · 1,024 + 6 · 32 + 18
 *
 *             root              32 places, each for 1,024 numbers
 *        ┌─────┴─ … ─┐
 *       [0]         [1]         32 places, each for 32 numbers
 *             ┌──────┴─ … ─┐
 *            [0]          [6]   32 places, each for one number: its entry stands in [18]
 * </pre>
 *
 * <p>Numbers are given out one after the other and those of servers that are gone leave nothing
 * behind, so that the arrays are well filled; a made-up number costs at most twelve of them.
 *
 * @param <V> what is known of a server
 */
// What readers of a zone need of a map is no more than that it is sorted.
@SuppressWarnings("JdkObsolete")
public sealed class ServerMap<V> extends AbstractMap<ServerId, V> implements SortedMap<ServerId, V>
    permits Servers {
  private static final int BITS = 5;
  private static final int PLACES = 1 << BITS;

  /** Levels above the entries; the root of a map of this height has places for 32^(height+1). */
  private final int height;

  private final @Nullable Object[] root;
  private final int size;

  private ServerMap(int height, @Nullable Object[] root, int size) {
    this.height = height;
    this.root = root;
    this.size = size;
  }

  /** The same entries, for a map that knows more of them. */
  ServerMap(ServerMap<V> same) {
    this(same.height, same.root, same.size);
  }

  /** Nothing of nobody. */
  public static <V> ServerMap<V> empty() {
    return new ServerMap<>(0, new Object[PLACES], 0);
  }

  /**
   * The same as another map.
   *
   * @throws IllegalArgumentException if its servers are of more than one zone
   */
  public static <V> ServerMap<V> copyOf(Map<ServerId, ? extends V> other) {
    if (other instanceof ServerMap<?> same) {
      // Nothing can be put into it.
      @SuppressWarnings("unchecked")
      ServerMap<V> known = (ServerMap<V>) same;
      return known;
    }
    ServerMap<V> map = empty();
    for (Map.Entry<ServerId, ? extends V> entry : other.entrySet()) {
      map = map.plus(entry.getKey(), entry.getValue());
    }
    return map;
  }

  /**
   * The map with this of a server, instead of what it had of it.
   *
   * @throws IllegalArgumentException if the server is of another zone than those in the map
   */
  public ServerMap<V> plus(ServerId id, V value) {
    if (size > 0 && !firstKey().zone().equals(id.zone())) {
      throw new IllegalArgumentException(
          Sentence.of("server %s: expected one of zone %s", id, firstKey().zone()));
    }
    int above = height;
    @Nullable Object[] top = root;
    while (id.number() >> (BITS * (above + 1)) != 0) {
      @Nullable Object[] higher = new Object[PLACES];
      higher[0] = size == 0 ? null : top;
      top = higher;
      above++;
    }
    boolean known = containsKey(id);
    return new ServerMap<>(
        above, with(top, above, id.number(), Map.entry(id, value)), known ? size : size + 1);
  }

  /** The map without a server. */
  public ServerMap<V> minus(ServerId id) {
    if (!containsKey(id)) {
      return this;
    }
    return size == 1
        ? empty()
        : new ServerMap<>(height, with(root, height, id.number(), null), size - 1);
  }

  private static @Nullable Object[] with(
      @Nullable Object @Nullable [] node,
      int level,
      long number,
      Map.@Nullable Entry<ServerId, ?> entry) {
    @Nullable Object[] next = node == null ? new Object[PLACES] : node.clone();
    int place = place(number, level);
    if (level == 0) {
      next[place] = entry;
    } else {
      @Nullable Object[] below = with((@Nullable Object[]) next[place], level - 1, number, entry);
      next[place] = isEmpty(below) ? null : below;
    }
    return next;
  }

  private static boolean isEmpty(@Nullable Object[] node) {
    for (Object place : node) {
      if (place != null) {
        return false;
      }
    }
    return true;
  }

  private static int place(long number, int level) {
    return (int) (number >>> (BITS * level)) & (PLACES - 1);
  }

  /**
   * Names the servers of which another map says something else. What both maps share is not looked
   * at, so that of two that follow on one another only what has changed costs anything.
   */
  public void differences(ServerMap<?> other, Consumer<ServerId> found) {
    if (isSame(root, other.root)) {
      return;
    }
    int top = Math.max(height, other.height);
    differences(raised(top), other.raised(top), top, found);
  }

  /** The root of the same map with this height. */
  private @Nullable Object[] raised(int to) {
    @Nullable Object[] top = root;
    for (int level = height; level < to; level++) {
      @Nullable Object[] higher = new Object[PLACES];
      higher[0] = size == 0 ? null : top;
      top = higher;
    }
    return top;
  }

  private static void differences(
      @Nullable Object @Nullable [] mine,
      @Nullable Object @Nullable [] theirs,
      int level,
      Consumer<ServerId> found) {
    for (int place = 0; place < PLACES; place++) {
      Object one = mine == null ? null : mine[place];
      Object other = theirs == null ? null : theirs[place];
      if (!isSame(one, other)) {
        if (level > 0) {
          differences((@Nullable Object[]) one, (@Nullable Object[]) other, level - 1, found);
        } else if (one instanceof Map.Entry<?, ?> entry) {
          found.accept((ServerId) entry.getKey());
        } else if (other instanceof Map.Entry<?, ?> entry) {
          found.accept((ServerId) entry.getKey());
        }
      }
    }
  }

  /** Whether it is one and the same object, of which nothing can have changed. */
  // Equal values that are two objects may differ in what equality does not look at.
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(@Nullable Object one, @Nullable Object other) {
    return one == other;
  }

  /** What both maps share is not looked at. */
  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof ServerMap<?> map)) {
      return super.equals(other);
    }
    int top = Math.max(height, map.height);
    return size == map.size && equal(raised(top), map.raised(top), top);
  }

  private static boolean equal(@Nullable Object[] mine, @Nullable Object[] theirs, int level) {
    if (isSame(mine, theirs)) {
      return true;
    }
    for (int place = 0; place < PLACES; place++) {
      Object one = mine[place];
      Object other = theirs[place];
      if (!isSame(one, other)) {
        if (one == null || other == null) {
          return false;
        }
        if (level == 0
            ? !one.equals(other)
            : !equal((@Nullable Object[]) one, (@Nullable Object[]) other, level - 1)) {
          return false;
        }
      }
    }
    return true;
  }

  /** As every map's. */
  @Override
  public int hashCode() {
    return super.hashCode();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return entry(key) != null;
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    Map.Entry<ServerId, V> entry = entry(key);
    return entry == null ? null : entry.getValue();
  }

  // Only plus puts entries there.
  @SuppressWarnings("unchecked")
  private Map.@Nullable Entry<ServerId, V> entry(@Nullable Object key) {
    if (!(key instanceof ServerId id) || id.number() >> (BITS * (height + 1)) != 0) {
      return null;
    }
    @Nullable Object[] node = root;
    for (int level = height; level > 0; level--) {
      Object below = node[place(id.number(), level)];
      if (below == null) {
        return null;
      }
      node = (@Nullable Object[]) below;
    }
    Map.Entry<ServerId, V> found = (Map.Entry<ServerId, V>) node[place(id.number(), 0)];
    return found == null || !found.getKey().equals(id) ? null : found;
  }

  @Override
  public Set<Map.Entry<ServerId, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<ServerId, V>> iterator() {
        return new InOrder<>(root, height);
      }

      @Override
      public int size() {
        return size;
      }
    };
  }

  /** Goes through the entries by their numbers. */
  private static final class InOrder<V> implements Iterator<Map.Entry<ServerId, V>> {
    /** A node on the way down, and which of its places is next. */
    private static final class Step {
      private final @Nullable Object[] node;
      private final int level;
      private int next;

      private Step(@Nullable Object[] node, int level) {
        this.node = node;
        this.level = level;
      }
    }

    private final Deque<Step> way = new ArrayDeque<>();
    private Map.@Nullable Entry<ServerId, V> found;

    private InOrder(@Nullable Object[] root, int height) {
      way.push(new Step(root, height));
      advance();
    }

    // Only plus puts entries there.
    @SuppressWarnings("unchecked")
    private void advance() {
      found = null;
      while (found == null && !way.isEmpty()) {
        Step step = way.peek();
        if (step.next == PLACES) {
          way.pop();
        } else {
          Object here = step.node[step.next++];
          if (here != null && step.level == 0) {
            found = (Map.Entry<ServerId, V>) here;
          } else if (here != null) {
            way.push(new Step((@Nullable Object[]) here, step.level - 1));
          }
        }
      }
    }

    @Override
    public boolean hasNext() {
      return found != null;
    }

    @Override
    public Map.Entry<ServerId, V> next() {
      Map.Entry<ServerId, V> next = found;
      if (next == null) {
        throw new NoSuchElementException("no further server");
      }
      advance();
      return next;
    }
  }

  @Override
  public @Nullable Comparator<? super ServerId> comparator() {
    return null;
  }

  @Override
  public SortedMap<ServerId, V> subMap(ServerId from, ServerId to) {
    return new TreeMap<>(this).subMap(from, to);
  }

  @Override
  public SortedMap<ServerId, V> headMap(ServerId to) {
    return new TreeMap<>(this).headMap(to);
  }

  @Override
  public SortedMap<ServerId, V> tailMap(ServerId from) {
    return new TreeMap<>(this).tailMap(from);
  }

  // Only plus puts entries there.
  @SuppressWarnings("unchecked")
  @Override
  public ServerId firstKey() {
    if (size == 0) {
      throw new NoSuchElementException("no server");
    }
    Object first = root;
    for (int level = height; level >= 0; level--) {
      first = first((@Nullable Object[]) first);
    }
    return ((Map.Entry<ServerId, V>) first).getKey();
  }

  private static Object first(@Nullable Object[] node) {
    for (Object place : node) {
      if (place != null) {
        return place;
      }
    }
    throw new IllegalStateException("an empty array: expected to be left out");
  }

  @Override
  public ServerId lastKey() {
    return new TreeMap<>(this).lastKey();
  }
}
