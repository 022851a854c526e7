package io.sluice.balancer;

import io.sluice.balancer.http.Networks;
import io.sluice.balancer.limit.ClientRate;
import io.sluice.balancer.proxy.PerClient;
import io.sluice.schemas.config.Section;
import java.util.Optional;

/** Reads what one client may have from the section {@code traffic.clients.perAddress}. */
final class PerClientSettings {
  private static final double PER_SECOND_MAX = 1e6;

  private PerClientSettings() {}

  static PerClient read(Section section) {
    double perSecond = section.decimal("requestsPerSecond", 0, 0, PER_SECOND_MAX);
    int usual = (int) Math.max(1, Math.ceil(perSecond));
    int burst = section.integer("burst", usual, 1, (int) PER_SECOND_MAX);
    int clients =
        section.integer(
            "addressesMax",
            ClientRate.CLIENTS_MAX_DEFAULT,
            ClientRate.CLIENTS_LEAST,
            ClientRate.CLIENTS_MOST);
    if (perSecond == 0 && section.has("burst")) {
      section.note("burst", String.valueOf(burst), "requestsPerSecond beside it");
    }
    return new PerClient(
        section.integer("connectionsMax", PerClient.DEFAULT.connectionsMax(), 0, 10_000_000),
        perSecond == 0 ? Optional.empty() : Optional.of(new ClientRate(perSecond, burst, clients)),
        section.value("exempt", Networks::parse).orElse(Networks.NONE));
  }
}
