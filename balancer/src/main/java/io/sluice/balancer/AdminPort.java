package io.sluice.balancer;

import io.sluice.balancer.admin.AdminServer;
import io.sluice.balancer.admin.Operations;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The port for orders, which is closed for a moment while a successor takes over. */
final class AdminPort implements AutoCloseable {
  private Optional<String> token;
  private final Operations operations;
  private InetSocketAddress address;
  private Optional<AdminServer> server = Optional.empty();

  AdminPort(FrontConfig config, Operations operations) {
    this.address = new InetSocketAddress(config.adminHost(), config.adminPort());
    this.token = config.token();
    this.operations = operations;
  }

  /**
   * Opens it, again if it was open before.
   *
   * @throws io.sluice.balancer.admin.AdminException if it is taken
   */
  synchronized void open() {
    if (server.isEmpty()) {
      AdminServer opened = new AdminServer(address, token, operations);
      address = opened.address();
      server = Optional.of(opened);
    }
  }

  /** From now on orders need this token. */
  synchronized void become(Optional<String> next) {
    token = next;
    server.ifPresent(running -> running.become(next));
  }

  /** Where it is, with the port that was really taken. */
  synchronized InetSocketAddress address() {
    return address;
  }

  @Override
  public synchronized void close() {
    server.ifPresent(AdminServer::close);
    server = Optional.empty();
  }
}
