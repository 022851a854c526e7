/**
 * Reading of configuration so that all its errors are told at once. Pure.
 *
 * <p>A process or a policy is described by one record; a {@link io.sluice.schemas.config.Section}
 * takes the keys out of a parsed YAML or JSON tree one by one, notes every {@link
 * io.sluice.schemas.config.Problem} with its path, and only then gives the record or throws {@link
 * io.sluice.schemas.config.ConfigException} with all of them.
 */
@NullMarked
package io.sluice.schemas.config;

import org.jspecify.annotations.NullMarked;
