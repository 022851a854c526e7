package io.sluice.schemas.fleet;

import io.sluice.schemas.id.ServerId;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Some servers of one zone. It never changes, as {@link ServerMap}. */
// What readers of a set of servers need is no more than that it is sorted.
@SuppressWarnings("JdkObsolete")
public final class ServerSet extends AbstractSet<ServerId> implements SortedSet<ServerId> {
  /** Nobody. */
  public static final ServerSet NONE = new ServerSet(ServerMap.empty());

  private final ServerMap<ServerId> servers;

  private ServerSet(ServerMap<ServerId> servers) {
    this.servers = servers;
  }

  /**
   * These servers.
   *
   * @throws IllegalArgumentException if they are of more than one zone
   */
  public static ServerSet of(Collection<ServerId> servers) {
    return servers instanceof ServerSet same ? same : NONE.plus(servers);
  }

  /** With these, too. */
  public ServerSet plus(Collection<ServerId> more) {
    ServerMap<ServerId> next = servers;
    for (ServerId server : more) {
      next = next.plus(server, server);
    }
    return new ServerSet(next);
  }

  /** Without this one. */
  public ServerSet minus(ServerId server) {
    ServerMap<ServerId> next = servers.minus(server);
    return next.size() == servers.size() ? this : new ServerSet(next);
  }

  /** Names the servers that are in one of both only. */
  public void differences(ServerSet other, Consumer<ServerId> found) {
    servers.differences(other.servers, found);
  }

  @Override
  public boolean contains(@Nullable Object server) {
    return servers.containsKey(server);
  }

  @Override
  public int size() {
    return servers.size();
  }

  @Override
  public Iterator<ServerId> iterator() {
    return servers.keySet().iterator();
  }

  @Override
  public @Nullable Comparator<? super ServerId> comparator() {
    return null;
  }

  @Override
  public SortedSet<ServerId> subSet(ServerId from, ServerId to) {
    return new TreeSet<>(this).subSet(from, to);
  }

  @Override
  public SortedSet<ServerId> headSet(ServerId to) {
    return new TreeSet<>(this).headSet(to);
  }

  @Override
  public SortedSet<ServerId> tailSet(ServerId from) {
    return new TreeSet<>(this).tailSet(from);
  }

  @Override
  public ServerId first() {
    return servers.firstKey();
  }

  @Override
  public ServerId last() {
    return servers.lastKey();
  }
}
