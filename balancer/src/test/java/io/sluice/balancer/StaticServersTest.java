package io.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.balancer.pool.PoolInput;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Servers by hand are who they are, whoever stands beside them. */
final class StaticServersTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final URI A = URI.create("http://a:80");
  private static final URI B = URI.create("http://b:80");
  private static final URI C = URI.create("http://c:80");

  /** The ids of these, given one after the other. */
  private static Map<URI, ServerId> ids(URI... addresses) {
    List<PoolInput> told = new ArrayList<>();
    StaticServers servers = new StaticServers(ZONE, told::add);
    for (URI address : addresses) {
      assertThat(servers.change(List.of(address), List.of(), Instant.EPOCH)).endsWith(address);
    }
    Map<URI, ServerId> ids = new TreeMap<>();
    for (PoolInput input : told) {
      if (input instanceof PoolInput.Changed(var member)) {
        ids.put(member.address(), member.server());
      }
    }
    return ids;
  }

  @Test
  void aServerKeepsItsIdWhenAnotherIsTakenOutBeforeItOrTheOrderIsAnother() {
    Map<URI, ServerId> all = ids(A, B, C);
    assertThat(all.values()).doesNotHaveDuplicates();
    assertThat(all).containsAllEntriesOf(ids(C, B));
    assertThat(ids(B, C, A)).isEqualTo(all);
  }

  @Test
  void whoComesBackIsWhoItWas() {
    List<PoolInput> told = new ArrayList<>();
    StaticServers servers = new StaticServers(ZONE, told::add);
    servers.change(List.of(A, B), List.of(), Instant.EPOCH);
    servers.change(List.of(), List.of(A), Instant.EPOCH);
    servers.change(List.of(A), List.of(), Instant.EPOCH);
    ServerId id = ids(A).values().iterator().next();
    assertThat(told).contains(new PoolInput.Gone(id));
    assertThat(told.getLast()).isInstanceOf(PoolInput.Changed.class);
    assertThat(((PoolInput.Changed) told.getLast()).member().server()).isEqualTo(id);
  }

  @Test
  void manyServersAreManyIds() {
    URI[] many = new URI[2000];
    for (int i = 0; i < many.length; i++) {
      many[i] = URI.create("http://10.0.%d.%d:80".formatted(i / 250, i % 250));
    }
    assertThat(ids(many).values()).doesNotHaveDuplicates().hasSize(many.length);
  }
}
