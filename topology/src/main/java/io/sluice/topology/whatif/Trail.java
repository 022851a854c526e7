package io.sluice.topology.whatif;

import java.util.Arrays;

/**
 * What a course looked like, small enough to draw: time is cut into columns of equal length, and of
 * each column the lowest and the highest value is kept, so that no peak is lost.
 */
public final class Trail {
  /** As many columns as a plot has pixels to show them. */
  public static final int COLUMNS_MAX = 800;

  /** The lowest and the highest values of a quantity, column by column. */
  public static final class Band {
    private final double[] lowest;
    private final double[] highest;

    private Band(int columns) {
      lowest = new double[columns];
      highest = new double[columns];
      Arrays.fill(lowest, Double.POSITIVE_INFINITY);
      Arrays.fill(highest, Double.NEGATIVE_INFINITY);
    }

    private void add(int column, double value) {
      lowest[column] = Math.min(lowest[column], value);
      highest[column] = Math.max(highest[column], value);
    }

    /** How many columns there are. */
    public int columns() {
      return lowest.length;
    }

    /** The lowest value in this column. */
    public double lowest(int column) {
      return lowest[column];
    }

    /** The highest value in this column. */
    public double highest(int column) {
      return highest[column];
    }

    /** The highest value that is a number. */
    public double highest() {
      return Arrays.stream(highest).filter(Double::isFinite).max().orElse(0);
    }
  }

  private final String name;
  private final long first;
  private final long seconds;
  private final Band demand;
  private final Band load;
  private final Band ready;

  /**
   * An empty trail.
   *
   * @param name the policy's name
   * @param first the first second of the epoch
   * @param seconds how many there will be, 1 or more
   */
  Trail(String name, long first, long seconds) {
    this.name = name;
    this.first = first;
    this.seconds = seconds;
    int columns = (int) Math.min(COLUMNS_MAX, seconds);
    this.demand = new Band(columns);
    this.load = new Band(columns);
    this.ready = new Band(columns);
  }

  /** Adds a second: the demand in servers' capacities, the load in percent, the ready servers. */
  void add(long second, double demanded, double loaded, int servers) {
    int column = (int) ((second - first) * demand.columns() / seconds);
    demand.add(column, demanded);
    load.add(column, loaded);
    ready.add(column, servers);
  }

  /** The policy's name. */
  public String name() {
    return name;
  }

  /** The demand, in capacities of one server: 2.5 is what two and a half servers can do. */
  public Band demand() {
    return demand;
  }

  /** The load of the ready servers in percent, not capped; infinite while there is none. */
  public Band load() {
    return load;
  }

  /** The ready servers. */
  public Band ready() {
    return ready;
  }
}
