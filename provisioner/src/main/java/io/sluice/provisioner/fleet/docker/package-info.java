/**
 * Servers as containers of Docker engines, or as services of a Docker swarm. Not pure: sockets and
 * threads; the mappings ({@link io.sluice.provisioner.fleet.docker.ContainerShape}, {@link
 * io.sluice.provisioner.fleet.docker.ContainerState}, {@link
 * io.sluice.provisioner.fleet.docker.ServiceShape}, {@link
 * io.sluice.provisioner.fleet.docker.SwarmTask}, {@link io.sluice.provisioner.fleet.docker.Faults})
 * are functions of their arguments.
 *
 * <p>Start with {@link io.sluice.provisioner.fleet.docker.DockerFleet} or {@link
 * io.sluice.provisioner.fleet.docker.SwarmFleet}. A container or service is called after the
 * cluster and the server; what else Sluice has to know of it stands in labels, so that nothing is
 * kept anywhere but in the engine, and any monitor can adopt what runs.
 */
@NullMarked
package io.sluice.provisioner.fleet.docker;

import org.jspecify.annotations.NullMarked;
