package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.schemas.member.Addresses;

/** What a server speaks. */
public enum ServerProtocol {
  /** HTTP/1.1. */
  @JsonProperty("http1")
  HTTP1("http"),
  /** HTTP/2 from the first byte, without TLS, as servers of gRPC do. */
  @JsonProperty("h2c")
  H2C(Addresses.HTTP2);

  private final String scheme;

  ServerProtocol(String scheme) {
    this.scheme = scheme;
  }

  /** The scheme of the addresses of such servers. */
  public String scheme() {
    return scheme;
  }
}
