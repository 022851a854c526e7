package io.sluice.gate.rule;

import io.sluice.gate.rule.ContainerSpec.Check;
import io.sluice.gate.rule.ContainerSpec.Host;
import io.sluice.gate.rule.ContainerSpec.Limits;
import io.sluice.gate.rule.ContainerSpec.Mount;
import io.sluice.gate.rule.ContainerSpec.Run;
import io.sluice.schemas.secret.SecretUse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the body that creates a container, by the form in which our fleet writes it. */
final class ContainerDecoder {
  /** What the fleet's library always writes, and the fleet says nothing with. */
  private static final Set<String> SILENT =
      words(
          """
          Hostname Domainname PortSpecs WorkingDir MacAddress OnBuild StopTimeout Shell
          NetworkingConfig
          """);

  private static final Set<String> AT_MOST_FALSE =
      words(
          """
          AttachStdin AttachStdout AttachStderr Tty OpenStdin StdinOnce ArgsEscaped NetworkDisabled
          """);

  private static final Set<String> SILENT_ON_HOST =
      words(
          """
          Binds BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps
          BlkioDeviceReadIOps BlkioDeviceWriteIOps MemorySwappiness Annotations ContainerIDFile
          CpuPeriod CpuRealtimePeriod CpuRealtimeRuntime CpuShares CpuQuota CpusetCpus CpusetMems
          Devices DeviceCgroupRules DiskQuota Dns DnsOptions DnsSearch ExtraHosts
          GroupAdd IpcMode Cgroup Links LogConfig LxcConf MemoryReservation KernelMemory Init
          OomScoreAdj Ulimits CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth VolumesFrom
          PidMode Isolation StorageOpt CgroupParent VolumeDriver ShmSize Runtime UTSMode
          UsernsMode Sysctls ConsoleSize CgroupnsMode
          """);

  private static final Set<String> AT_MOST_FALSE_ON_HOST =
      words("Privileged PublishAllPorts AutoRemove OomKillDisable");

  private static final Set<String> SILENT_ON_MOUNT =
      words("Consistency VolumeOptions TmpfsOptions ImageOptions ClusterOptions");

  private static final Pattern SIGNAL = Pattern.compile("SIG[A-Z][A-Z0-9]{1,8}(?:\\+[0-9]{1,2})?");

  /** By which a runtime for GPUs gives a container as many as it asks for. */
  private static final String GPUS_OF_ITS_OWN = "NVIDIA_VISIBLE_DEVICES=";

  private static final Pattern VARIABLE = Pattern.compile("(?s)[^=]+=.*");
  private static final Pattern TCP = Pattern.compile("([1-9][0-9]{0,4})/tcp");
  private static final Pattern ADDRESS = Pattern.compile("|[0-9.]{7,15}|[0-9A-Fa-f:.]{2,45}");
  private static final Pattern DIRECTORY =
      Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))[^/\\p{Cntrl}]+)+");

  /** A tmpfs there would take away what the engine has masked. */
  private static final Pattern OF_THE_KERNEL = Pattern.compile("(?s)/(?:proc|sys)(?:/.*)?");

  /** An engine that makes no {@code /dev} of its own masks nothing at all. */
  private static final Pattern OF_THE_ENGINE = Pattern.compile("(?s)/(?:proc|sys|dev)(?:/.*)?");

  private static final long BYTES_MAX = 1L << 50;
  private static final long NANOS_MAX = 1_000_000_000_000_000L;
  private static final long NANOS_OF_A_DAY = 86_400_000_000_000L;
  private static final long PIDS_MAX = 4_194_304;
  private static final int PORT_MAX = 65_535;

  private final Fields top;
  private final CreateRules rules;

  ContainerDecoder(Fields top, CreateRules rules) {
    this.top = top;
    this.rules = rules;
  }

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+"));
  }

  /** What the body says; empty if that can't be told. Whatever is wrong is noted. */
  Optional<ContainerSpec> decode() {
    Optional<ImageName> image = image();
    List<String> environment = top.texts("Env").orElse(List.of());
    if (!environment.stream().allMatch(VARIABLE.asMatchPredicate())) {
      top.refuse("Env", "a list of NAME=value");
    }
    if (environment.stream().anyMatch(variable -> variable.startsWith(GPUS_OF_ITS_OWN))) {
      top.refuse("Env", "no " + GPUS_OF_ITS_OWN + ", since DeviceRequests says how many GPUs");
    }
    Run run = run();
    SortedMap<String, String> labels =
        top.object("Labels").map(Fields::entries).orElseGet(TreeMap::new);
    SortedSet<Integer> ports = ports();
    boolean secretFiles = top.object("Volumes").map(ContainerDecoder::ofSecrets).orElse(false);
    top.nothing(SILENT);
    top.atMostFalse(AT_MOST_FALSE);
    Optional<Fields> host = top.object("HostConfig");
    if (host.isEmpty()) {
      top.refuse("HostConfig", "an object");
    }
    Optional<Host> decoded = host.map(this::host);
    top.refuseOthers();
    return image.flatMap(name ->
        decoded.map(limited ->
            new ContainerSpec(name, environment, run, labels, ports, secretFiles, limited)));
  }

  /** Whether it has the one volume of its own that there may be, for the files of its secrets. */
  private static boolean ofSecrets(Fields volumes) {
    boolean asked = volumes.object(SecretUse.DIRECTORY).map(ContainerDecoder::empty).isPresent();
    for (String name : volumes.names()) {
      if (!asked || !name.equals(SecretUse.DIRECTORY)) {
        volumes.refuse(name, "no volume of its own but {} at " + SecretUse.DIRECTORY);
      }
    }
    return asked;
  }

  private static boolean empty(Fields fields) {
    fields.refuseOthers();
    return true;
  }

  private Run run() {
    Optional<String> user = top.text("User");
    if (user.filter(name -> !rules.allowsUser(name)).isPresent()) {
      top.refuse("User", "one of " + rules.users());
    }
    Optional<String> signal = top.text("StopSignal");
    if (signal.filter(name -> !SIGNAL.matcher(name).matches()).isPresent()) {
      top.refuse("StopSignal", "a signal such as SIGTERM");
    }
    return new Run(
        command("Entrypoint"),
        command("Cmd"),
        user,
        signal,
        top.object("Healthcheck").flatMap(ContainerDecoder::check));
  }

  /**
   * A command that the engine runs in the container, with no more rights than what runs there
   * already; how often is bounded, since the engine's own work is nobody's limit.
   */
  private static Optional<Check> check(Fields fields) {
    List<String> test = fields.texts("Test").orElse(List.of());
    if (test.size() < 2 || !test.getFirst().equals(Check.DIRECTLY)) {
      fields.refuse("Test", "[\"%s\", ...] with a program".formatted(Check.DIRECTLY));
    }
    Optional<Long> interval = fields.whole("Interval", Check.INTERVAL_MIN, NANOS_OF_A_DAY);
    if (interval.isEmpty()) {
      fields.refuse("Interval", "at least %d ns".formatted(Check.INTERVAL_MIN));
    }
    Optional<Long> timeout = fields.whole("Timeout", Check.TIMEOUT_MIN, Check.TIMEOUT_MAX);
    if (timeout.isEmpty()) {
      fields.refuse("Timeout", "%d to %d ns".formatted(Check.TIMEOUT_MIN, Check.TIMEOUT_MAX));
    }
    long start = fields.whole("StartPeriod", 0, NANOS_OF_A_DAY).orElse(0L);
    long retries = fields.whole("Retries", 1, Check.RETRIES_MAX).orElse(Check.RETRIES_MAX);
    fields.nothing(Set.of("StartInterval"));
    fields.refuseOthers();
    return interval.flatMap(every ->
        timeout.map(most ->
            new Check(
                test.isEmpty() ? test : test.subList(1, test.size()),
                every,
                most,
                start,
                retries)));
  }

  private List<String> command(String key) {
    Optional<List<String>> words = top.texts(key);
    if (words.filter(List::isEmpty).isPresent()) {
      top.refuse(key, "at least one word, or none");
    }
    return words.orElse(List.of());
  }

  private Optional<ImageName> image() {
    String text = top.text("Image").orElse("");
    Optional<ImageName> image = rules.image(text);
    if (image.isEmpty()) {
      top.refuse("Image", "one of " + rules.images());
    }
    return image;
  }

  private SortedSet<Integer> ports() {
    NavigableSet<Integer> ports = new TreeSet<>();
    top.object("ExposedPorts")
        .ifPresent(exposed -> {
          for (String name : exposed.names()) {
            port(exposed, name).ifPresent(ports::add);
            exposed
                .object(name)
                .ifPresentOrElse(Fields::refuseOthers, () -> exposed.refuse(name, "{}"));
          }
        });
    return ports;
  }

  private static Optional<Integer> port(Fields fields, String name) {
    var tcp = TCP.matcher(name);
    if (tcp.matches() && Integer.parseInt(tcp.group(1)) <= PORT_MAX) {
      return Optional.of(Integer.valueOf(tcp.group(1)));
    }
    fields.refuse(name, "a port as 8080/tcp");
    return Optional.empty();
  }

  private Host host(Fields host) {
    String network = host.text("NetworkMode").orElse("");
    if (!rules.networks().contains(network)) {
      host.refuse("NetworkMode", "one of " + rules.networks());
    }
    exactly(host, "CapDrop", ContainerSpec.ALL_CAPABILITIES);
    exactly(host, "SecurityOpt", ContainerSpec.NO_NEW_PRIVILEGES);
    List<String> capabilities = host.texts("CapAdd").orElse(List.of());
    if (!rules.capabilities().containsAll(capabilities)) {
      host.refuse("CapAdd", "some of " + rules.capabilities());
    }
    host.object("RestartPolicy").ifPresent(ContainerDecoder::noRestart);
    boolean readOnly = host.bool("ReadonlyRootfs").orElse(false);
    SortedSet<String> inMemory = inMemory(host);
    List<Mount> mounts = host.objects("Mounts").stream().map(this::mount).toList();
    SortedMap<Integer, List<String>> published = published(host);
    Limits limits = limits(host);
    host.nothing(SILENT_ON_HOST);
    host.atMostFalse(AT_MOST_FALSE_ON_HOST);
    host.refuseOthers();
    return new Host(network, capabilities, readOnly, inMemory, mounts, published, limits);
  }

  private static void exactly(Fields host, String key, String word) {
    if (!host.texts(key).equals(Optional.of(List.of(word)))) {
      host.refuse(key, "[\"%s\"]".formatted(word));
    }
  }

  private static void noRestart(Fields policy) {
    if (!Set.of("", "no").contains(policy.text("Name").orElse(""))) {
      policy.refuse("Name", "no");
    }
    policy.whole("MaximumRetryCount", 0, 0);
    policy.refuseOthers();
  }

  private static SortedSet<String> inMemory(Fields host) {
    SortedMap<String, String> tmpfs =
        host.object("Tmpfs")
            .map(fields -> {
              SortedMap<String, String> entries = fields.entries();
              entries.forEach((path, options) -> directory(fields, path, options));
              return entries;
            })
            .orElseGet(TreeMap::new);
    return Collections.unmodifiableSortedSet(new TreeSet<>(tmpfs.keySet()));
  }

  private static void directory(Fields tmpfs, String path, String options) {
    if (!DIRECTORY.matcher(path).matches() || OF_THE_KERNEL.matcher(path).matches()) {
      tmpfs.refuse(path, "a directory below /, neither /proc nor /sys");
    }
    // They could make it executable, or as large as the host's memory.
    if (!options.isEmpty()) {
      tmpfs.refuse(path, "no options");
    }
  }

  private SortedMap<Integer, List<String>> published(Fields host) {
    SortedMap<Integer, List<String>> published = new TreeMap<>();
    host.object("PortBindings")
        .ifPresent(bindings -> {
          for (String name : bindings.names()) {
            if (!rules.publish()) {
              bindings.refuse(name, "no published ports");
            }
            List<String> addresses = new ArrayList<>();
            bindings.objects(name).forEach(each -> addresses.add(address(each)));
            port(bindings, name).ifPresent(port -> published.put(port, addresses));
          }
        });
    return published;
  }

  private static String address(Fields binding) {
    String ip = binding.text("HostIp").orElse("");
    if (!ADDRESS.matcher(ip).matches()) {
      binding.refuse("HostIp", "an address");
    }
    if (!binding.text("HostPort").orElse("").isEmpty()) {
      binding.refuse("HostPort", "none: the engine chooses");
    }
    binding.refuseOthers();
    return ip;
  }

  private Mount mount(Fields mount) {
    String type = mount.text("Type").orElse("");
    String source = mount.text("Source").orElse("");
    String target = mount.text("Target").orElse("");
    boolean readOnly = mount.bool("ReadOnly").orElse(false);
    if (!rules.mounts().allows(type, source, readOnly)) {
      mount.refuse(
          "Source",
          "a volume of %s or a bind of %s"
              .formatted(rules.mounts().volumes(), rules.mounts().directories()));
    }
    if (!DIRECTORY.matcher(target).matches() || OF_THE_ENGINE.matcher(target).matches()) {
      mount.refuse("Target", "a directory below /, none of /proc, /sys and /dev");
    }
    mount.object("BindOptions").ifPresent(ContainerDecoder::alone);
    mount.nothing(SILENT_ON_MOUNT);
    mount.refuseOthers();
    return new Mount(type, source, target, readOnly);
  }

  /** Nothing that is mounted below it comes along; that is written to the engine in any case. */
  private static void alone(Fields options) {
    if (!options.bool("NonRecursive").orElse(false)) {
      options.refuse("NonRecursive", "true");
    }
    options.nothing(Set.of("Propagation", "CreateMountpoint", "ReadOnlyNonRecursive"));
    options.refuseOthers();
  }

  /** All GPUs have to be asked for at once, by their number. */
  private Optional<Long> gpus(Fields host) {
    List<Fields> requests = host.objects("DeviceRequests");
    if (requests.size() > 1 || (rules.gpus() == 0 && !requests.isEmpty())) {
      host.refuse("DeviceRequests", "one for %d GPUs at most".formatted(rules.gpus()));
      return Optional.empty();
    }
    return requests.stream().findFirst().flatMap(this::gpusOf);
  }

  private Optional<Long> gpusOf(Fields request) {
    Optional<Long> count = request.whole("Count", 1, rules.gpus());
    if (count.isEmpty()) {
      request.refuse("Count", "1 to " + rules.gpus());
    }
    if (!request.isOneOf("Capabilities", ContainerSpec.GPU)) {
      request.refuse("Capabilities", "[[\"%s\"]]".formatted(ContainerSpec.GPU));
    }
    request.nothing(Set.of("Driver", "DeviceIDs", "Options"));
    request.refuseOthers();
    return count;
  }

  private Limits limits(Fields host) {
    Optional<Long> memory = host.whole("Memory", 1, BYTES_MAX);
    Optional<Long> swap = host.whole("MemorySwap", 1, BYTES_MAX);
    if (swap.isPresent() && !swap.equals(memory)) {
      host.refuse("MemorySwap", "as Memory");
    }
    return new Limits(
        memory,
        swap,
        host.whole("NanoCpus", 1, NANOS_MAX),
        host.whole("PidsLimit", 1, PIDS_MAX),
        gpus(host));
  }
}
