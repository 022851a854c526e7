/**
 * Servers as containers of Docker engines. Not pure: sockets and threads; the mappings ({@link
 * io.sluice.provisioner.fleet.docker.ContainerShape}, {@link
 * io.sluice.provisioner.fleet.docker.Faults}, {@link
 * io.sluice.provisioner.fleet.docker.ContainerState}) are functions of their arguments.
 *
 * <p>Start with {@link io.sluice.provisioner.fleet.docker.DockerFleet}. Its container is called
 * after the cluster and the server; what else Sluice has to know of it stands in labels, so that
 * nothing is kept anywhere but in the engine, and any monitor can adopt what runs.
 */
@NullMarked
package io.sluice.provisioner.fleet.docker;

import org.jspecify.annotations.NullMarked;
