package io.sluice.gate.rule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.schemas.id.ClusterName;
import java.util.List;
import java.util.TreeSet;

/** Rules, and bodies that create containers. */
public final class Bodies {
  /** Rules that allow little. */
  public static final GateRules RULES = rules(false);

  /** The name of the container that is created. */
  public static final String NAME = "blue-zone1-1";

  /** As the fleet's library writes it, with all that it says nothing with. */
  public static final String FLEET =
      """
      {"Hostname":null,"Domainname":null,"User":null,"AttachStdin":null,"AttachStdout":null,
       "AttachStderr":null,"PortSpecs":null,"Tty":null,"OpenStdin":null,"StdinOnce":null,
       "Env":["A=b","C="],"Cmd":["a","b"],"Healthcheck":null,"ArgsEscaped":null,"Entrypoint":null,
       "Image":"sluice-app","Volumes":{},"WorkingDir":null,"MacAddress":null,"OnBuild":null,
       "NetworkDisabled":null,"ExposedPorts":{"8080/tcp":{}},"StopSignal":null,"StopTimeout":null,
       "HostConfig":{"Binds":null,"BlkioWeight":null,"BlkioWeightDevice":null,
        "BlkioDeviceReadBps":null,"BlkioDeviceWriteBps":null,"BlkioDeviceReadIOps":null,
        "BlkioDeviceWriteIOps":null,"MemorySwappiness":null,"NanoCpus":500000000,
        "Annotations":null,"CapAdd":["NET_BIND_SERVICE"],"CapDrop":["ALL"],"ContainerIDFile":null,
        "CpuPeriod":null,"CpuRealtimePeriod":null,"CpuRealtimeRuntime":null,"CpuShares":null,
        "CpuQuota":null,"CpusetCpus":null,"CpusetMems":null,"Devices":null,
        "DeviceCgroupRules":null,"DeviceRequests":null,"DiskQuota":null,"Dns":null,
        "DnsOptions":null,"DnsSearch":null,"ExtraHosts":null,"GroupAdd":null,"IpcMode":null,
        "Cgroup":null,"Links":null,"LogConfig":null,"LxcConf":null,"Memory":268435456,
        "MemorySwap":268435456,"MemoryReservation":null,"KernelMemory":null,
        "NetworkMode":"blue-traffic","OomKillDisable":null,"Init":null,"AutoRemove":null,
        "OomScoreAdj":null,"PortBindings":null,"Privileged":null,"PublishAllPorts":null,
        "ReadonlyRootfs":true,"RestartPolicy":{"MaximumRetryCount":0,"Name":""},"Ulimits":null,
        "CpuCount":null,"CpuPercent":null,"IOMaximumIOps":null,"IOMaximumBandwidth":null,
        "VolumesFrom":null,"Mounts":null,"PidMode":null,"Isolation":null,
        "SecurityOpt":["no-new-privileges"],"StorageOpt":null,"CgroupParent":null,
        "VolumeDriver":null,"ShmSize":null,"PidsLimit":64,"Runtime":null,"Tmpfs":{"/tmp":""},
        "UTSMode":null,"UsernsMode":null,"Sysctls":null,"ConsoleSize":null,"CgroupnsMode":null},
       "Labels":{"sluice.cluster":"blue","sluice.server":"zone1-1","sluice.zone":"zone1",
        "sluice.epoch":"7","sluice.template":"1","sluice.port":"8080",
        "sluice.image":"sluice-app","team":"web"},
       "Shell":null,"NetworkingConfig":null}
      """;

  /** The least that is allowed. */
  public static final String LEAST =
      """
      {"Image":"sluice-app","Labels":{"sluice.cluster":"blue","sluice.server":"zone1-1"},"HostConfig":{"CapDrop":["ALL"],
       "SecurityOpt":["no-new-privileges"],"NetworkMode":"blue-traffic"}}
      """;

  private Bodies() {}

  static GateRules rules(boolean publish) {
    return new GateRules(
        new ClusterName("blue"),
        new CreateRules(
            new TreeSet<>(List.of("sluice-app:latest", "web:*", "db@sha256:" + "a".repeat(64))),
            new TreeSet<>(List.of("blue-traffic")),
            new TreeSet<>(List.of("NET_BIND_SERVICE")),
            publish,
            new MountRules(
                new TreeSet<>(List.of("uploads", "assets:ro")),
                new TreeSet<>(List.of("/srv/pages:ro", "/srv/data"))),
            new TreeSet<>(List.of("1000:33", "www-data")),
            2));
  }

  static Verdict.Ruling judged(String body) {
    return RULES.create(NAME, body.getBytes(UTF_8));
  }

  /** A body with these members at its end. */
  static String top(String members) {
    return FLEET.strip().replaceFirst("\\}$", ", " + members + "}");
  }

  /** A body with these members at the end of its HostConfig. */
  static String host(String members) {
    return FLEET.replace("\"CgroupnsMode\":null}", "\"CgroupnsMode\":null, " + members + "}");
  }

  /** A body in which a member stands instead of the one of the same key. */
  static String instead(String key, String value) {
    String member = "\"%s\":".formatted(key);
    int from = FLEET.indexOf(member) + member.length();
    int to = from;
    for (int depth = 0; depth > 0 || ",}".indexOf(FLEET.charAt(to)) < 0; to++) {
      depth +=
          "[{".indexOf(FLEET.charAt(to)) >= 0 ? 1 : "]}".indexOf(FLEET.charAt(to)) >= 0 ? -1 : 0;
    }
    return FLEET.substring(0, from) + value + FLEET.substring(to);
  }
}
