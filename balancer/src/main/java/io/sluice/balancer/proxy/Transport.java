package io.sluice.balancer.proxy;

/** How sockets are driven. */
public enum Transport {
  /** epoll where it is there, else NIO. */
  AUTO,
  /** Linux epoll; plain HTTP/1 over sockets of our own, everything else over channels. */
  EPOLL,
  /** Linux epoll, everything over channels. */
  EPOLL_CHANNELS,
  /** Linux io_uring. */
  IO_URING,
  /** The JDK's selectors: everywhere, but one listener serves all loops. */
  NIO
}
