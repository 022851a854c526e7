package io.sluice.provisioner.fleet.docker;

/** How balancers and monitors reach a server in a container. */
public enum Reach {
  /** By the container's name, in a network of the engine that they are in, too. */
  NAME,
  /** By a port that the engine publishes on its host and chooses itself. */
  PORT
}
