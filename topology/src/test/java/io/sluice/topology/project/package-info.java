/** Tests of project. */
@NullMarked
package io.sluice.topology.project;

import org.jspecify.annotations.NullMarked;
