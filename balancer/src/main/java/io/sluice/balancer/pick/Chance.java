package io.sluice.balancer.pick;

/** A source of chance, given from outside. */
@FunctionalInterface
public interface Chance {
  /** A number from 0 to one below the bound, each as likely as the others. */
  int below(int bound);
}
