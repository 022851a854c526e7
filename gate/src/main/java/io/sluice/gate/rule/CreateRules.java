package io.sluice.gate.rule;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What containers may be made of, and where: the choice of the gate's owner. Everything else about
 * them is fixed.
 *
 * @param images what they may be made from; {@code name:*}: any tag of that name
 * @param networks the networks that they may join
 * @param capabilities the capabilities that they may keep
 * @param publish whether they may publish ports on the host
 * @param mounts what of the host they may be given to read and write
 * @param users who they may run as beside the image's own user, as it is written: {@code 1000},
 *     {@code www-data:33}; {@value #ANY_USER}: anybody
 * @param gpus how many GPUs each may get, 0 to {@value #GPUS_MAX}
 */
public record CreateRules(
    SortedSet<String> images,
    SortedSet<String> networks,
    SortedSet<String> capabilities,
    boolean publish,
    MountRules mounts,
    SortedSet<String> users,
    int gpus) {
  /** Any user. */
  public static final String ANY_USER = "*";

  /** More than a host has. */
  public static final int GPUS_MAX = 64;

  static final Pattern USER =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?");

  private static final String ANY_TAG = ":*";
  private static final Pattern NETWORK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}");
  private static final Pattern CAPABILITY = Pattern.compile("[A-Z][A-Z_]*");

  /**
   * Copies the sets; images without tag get the tag {@code latest}.
   *
   * @throws IllegalArgumentException if one of the words can't be what it is to be, or gives the
   *     host away: its own network, another container's, all capabilities
   */
  public CreateRules {
    SortedSet<String> named = new TreeSet<>();
    images.forEach(image -> named.add(requireImage(image)));
    images = Collections.unmodifiableSortedSet(named);
    networks.forEach(CreateRules::requireNetwork);
    networks = Collections.unmodifiableSortedSet(new TreeSet<>(networks));
    capabilities.forEach(CreateRules::requireCapability);
    capabilities = Collections.unmodifiableSortedSet(new TreeSet<>(capabilities));
    users.forEach(CreateRules::requireUser);
    users = Collections.unmodifiableSortedSet(new TreeSet<>(users));
    if (gpus < 0 || gpus > GPUS_MAX) {
      throw new IllegalArgumentException("%d GPUs: expected 0 to %d".formatted(gpus, GPUS_MAX));
    }
  }

  /** Containers with nothing of their host's, as their images' own users. */
  public CreateRules(
      SortedSet<String> images,
      SortedSet<String> networks,
      SortedSet<String> capabilities,
      boolean publish) {
    this(images, networks, capabilities, publish, MountRules.NONE, Collections.emptySortedSet(), 0);
  }

  /**
   * An image, or any tag of one, written out.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static String requireImage(String text) {
    if (text.endsWith(ANY_TAG)) {
      String name = text.substring(0, text.length() - ANY_TAG.length());
      if (!ImageName.of(name + ":any").name().equals(name)) {
        throw new IllegalArgumentException("image '%s': expected name:*".formatted(text));
      }
      return text;
    }
    return ImageName.of(text).toString();
  }

  /**
   * The name of a network.
   *
   * @throws IllegalArgumentException if it has another form, or is the host's own
   */
  public static String requireNetwork(String name) {
    if (!NETWORK.matcher(name).matches() || name.equals("host")) {
      throw new IllegalArgumentException(
          "network '%s': expected the name of a network, not the host's own".formatted(name));
    }
    return name;
  }

  /**
   * The name of a capability.
   *
   * @throws IllegalArgumentException if it has another form, or means all
   */
  public static String requireCapability(String name) {
    if (!CAPABILITY.matcher(name).matches() || name.equals(ContainerSpec.ALL_CAPABILITIES)) {
      throw new IllegalArgumentException(
          "capability '%s': expected a single one, such as NET_BIND_SERVICE".formatted(name));
    }
    return name;
  }

  /**
   * A user, or any.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static String requireUser(String user) {
    if (!user.equals(ANY_USER) && !USER.matcher(user).matches()) {
      throw new IllegalArgumentException(
          "user '%s': expected one such as 1000, www-data:33, or %s for any"
              .formatted(user, ANY_USER));
    }
    return user;
  }

  /** Whether a container may run as this user. */
  boolean allowsUser(String user) {
    return USER.matcher(user).matches() && (users.contains(user) || users.contains(ANY_USER));
  }

  /** An image that is allowed, by how a client names it; empty: it is not. */
  Optional<ImageName> image(String text) {
    try {
      ImageName image = ImageName.of(text);
      boolean allowed =
          images.contains(image.toString())
              || (image.tagged() && images.contains(image.name() + ANY_TAG));
      return allowed ? Optional.of(image) : Optional.empty();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
