import { type ContainerInputs, schemaDefaults } from "./container-inputs.ts";
import { nanoseconds } from "./durations.ts";
import { inputsLabel, labelMap } from "./labels.ts";

const mebibyte = 1024 * 1024;

/**
 * The request that makes the container, as `POST /containers/create` wants it, with the hash of its inputs. Networks are
 * joined after it.
 */
export function createBody(inputs: ContainerInputs, hash: string) {
  return {
    Image: inputs.image,
    Hostname: inputs.hostname,
    Domainname: inputs.domainname,
    User: inputs.user,
    Tty: inputs.tty ?? false,
    OpenStdin: inputs.stdinOpen ?? false,
    Env: inputs.envs,
    Cmd: inputs.command,
    Entrypoint: inputs.entrypoints,
    WorkingDir: inputs.workingDir,
    Labels: { ...labelMap(inputs.labels), [inputsLabel]: hash },
    StopSignal: inputs.stopSignal,
    StopTimeout: inputs.stopTimeout,
    Healthcheck: healthcheck(inputs),
    ExposedPorts: Object.fromEntries((inputs.ports ?? []).map((port) => [portKey(port), {}])),
    Volumes: Object.fromEntries(anonymousVolumes(inputs).map((path) => [path, {}])),
    HostConfig: hostConfig(inputs),
    NetworkingConfig: {
      // Only a network of one's own takes aliases and addresses when the container is made.
      EndpointsConfig: Object.fromEntries(
        (inputs.networksAdvanced ?? [])
          .filter((network) => network.name === inputs.networkMode)
          .map((network) => [network.name, endpoint(network)]),
      ),
    },
  };
}

/** The request that changes a container in place, as `POST /containers/ID/update` wants it. */
export function updateBody(inputs: ContainerInputs) {
  return {
    RestartPolicy: restartPolicy(inputs),
    CpuShares: inputs.cpuShares ?? 0,
    CpusetCpus: inputs.cpuSet ?? "",
    Memory: bytes(inputs.memory),
    MemoryReservation: bytes(inputs.memoryReservation),
    // The engine sets twice the memory when a container is made, and refuses memory above the swap limit later.
    MemorySwap: inputs.memorySwap === undefined ? 2 * bytes(inputs.memory) : swapBytes(inputs.memorySwap),
  };
}

/** What a container is on a network, as `POST /networks/ID/connect` wants it. */
export function endpoint(network: NonNullable<ContainerInputs["networksAdvanced"]>[number]) {
  return {
    Aliases: network.aliases,
    IPAMConfig: {
      IPv4Address: network.ipv4Address,
      IPv6Address: network.ipv6Address,
      LinkLocalIPs: network.linkLocalIps,
    },
    MacAddress: network.macAddress,
    DriverOpts: pairs(network.driverOpts),
    GwPriority: network.gwPriority,
  };
}

/** How the engine names a port of a container. */
export function portKey(port: { readonly internal: number; readonly protocol?: string | undefined }): string {
  return `${port.internal}/${port.protocol ?? "tcp"}`;
}

function hostConfig(inputs: ContainerInputs) {
  const security = inputs.securityOpts ?? [];
  return {
    AutoRemove: inputs.rm ?? false,
    Binds: binds(inputs),
    CapAdd: inputs.capabilities?.adds,
    CapDrop: inputs.capabilities?.drops,
    CgroupParent: inputs.cgroupParent,
    CgroupnsMode: inputs.cgroupnsMode,
    CpuPeriod: inputs.cpus === undefined ? inputs.cpuPeriod : undefined,
    CpuQuota: inputs.cpus === undefined ? inputs.cpuQuota : undefined,
    CpuShares: inputs.cpuShares,
    CpusetCpus: inputs.cpuSet,
    Devices: inputs.devices?.map((device) => ({
      PathOnHost: device.hostPath,
      PathInContainer: device.containerPath ?? device.hostPath,
      CgroupPermissions: device.permissions ?? "rwm",
    })),
    Dns: inputs.dns,
    DnsOptions: inputs.dnsOpts,
    DnsSearch: inputs.dnsSearches,
    ExtraHosts: inputs.hosts?.map(({ host, ip }) => `${host}:${ip}`),
    GroupAdd: inputs.groupAdds,
    Init: inputs.init ?? false,
    IpcMode: inputs.ipcMode,
    LogConfig: { Type: inputs.logDriver ?? "", Config: inputs.logOpts ?? {} },
    // "systempaths=unconfined" is the client's word for two empty lists.
    ...(security.includes("systempaths=unconfined") ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
    SecurityOpt: security.filter((option) => option !== "systempaths=unconfined"),
    Memory: bytes(inputs.memory),
    MemoryReservation: bytes(inputs.memoryReservation),
    MemorySwap: swapBytes(inputs.memorySwap ?? 0),
    Mounts: inputs.mounts?.map(mount),
    NanoCpus: inputs.cpus === undefined ? undefined : Math.round(Number(inputs.cpus) * 1e9),
    NetworkMode: inputs.networkMode ?? schemaDefaults.networkMode,
    PidMode: inputs.pidMode,
    PortBindings: portBindings(inputs),
    Privileged: inputs.privileged ?? false,
    PublishAllPorts: inputs.publishAllPorts ?? false,
    ReadonlyRootfs: inputs.readOnly ?? false,
    RestartPolicy: restartPolicy(inputs),
    Runtime: inputs.runtime,
    ShmSize: inputs.shmSize === undefined ? undefined : inputs.shmSize * mebibyte,
    StorageOpt: inputs.storageOpts,
    Sysctls: inputs.sysctls,
    Tmpfs: inputs.tmpfs,
    Ulimits: inputs.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    UsernsMode: inputs.usernsMode,
    VolumesFrom: inputs.volumes?.flatMap(({ fromContainer }) => (fromContainer ? [fromContainer] : [])),
  };
}

function restartPolicy(inputs: ContainerInputs) {
  return { Name: inputs.restart ?? "no", MaximumRetryCount: inputs.maxRetryCount ?? 0 };
}

function healthcheck({ healthcheck }: ContainerInputs) {
  if (healthcheck === undefined) return undefined;
  return {
    Test: healthcheck.tests,
    Interval: nanoseconds(healthcheck.interval ?? "0s"),
    Timeout: nanoseconds(healthcheck.timeout ?? "0s"),
    StartPeriod: nanoseconds(healthcheck.startPeriod ?? "0s"),
    StartInterval: nanoseconds(healthcheck.startInterval ?? "0s"),
    Retries: healthcheck.retries ?? 0,
  };
}

function portBindings(inputs: ContainerInputs) {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of inputs.ports ?? []) {
    const key = portKey(port);
    bindings[key] = [
      ...(bindings[key] ?? []),
      { HostIp: port.ip ?? "0.0.0.0", HostPort: port.external === undefined ? "" : String(port.external) },
    ];
  }
  return bindings;
}

function binds(inputs: ContainerInputs): string[] {
  return (inputs.volumes ?? []).flatMap(({ volumeName, hostPath, containerPath, readOnly, selinuxRelabel }) => {
    const source = volumeName || hostPath;
    if (!source || !containerPath) return [];
    const options = [readOnly ? "ro" : "rw", ...(selinuxRelabel ? [selinuxRelabel] : [])].join(",");
    return [`${source}:${containerPath}:${options}`];
  });
}

function anonymousVolumes(inputs: ContainerInputs): string[] {
  return (inputs.volumes ?? []).flatMap(({ volumeName, hostPath, fromContainer, containerPath }) =>
    !volumeName && !hostPath && !fromContainer && containerPath ? [containerPath] : [],
  );
}

function mount(given: NonNullable<ContainerInputs["mounts"]>[number]) {
  const { volumeOptions, bindOptions, tmpfsOptions } = given;
  return {
    Type: given.type,
    Source: given.source,
    Target: given.target,
    ReadOnly: given.readOnly ?? false,
    ...(bindOptions ? { BindOptions: { Propagation: bindOptions.propagation } } : {}),
    ...(tmpfsOptions ? { TmpfsOptions: { SizeBytes: tmpfsOptions.sizeBytes, Mode: tmpfsOptions.mode } } : {}),
    ...(volumeOptions
      ? {
          VolumeOptions: {
            NoCopy: volumeOptions.noCopy ?? false,
            Labels: labelMap(volumeOptions.labels),
            Subpath: volumeOptions.subpath,
            ...(volumeOptions.driverName
              ? { DriverConfig: { Name: volumeOptions.driverName, Options: volumeOptions.driverOptions } }
              : {}),
          },
        }
      : {}),
  };
}

function bytes(mebibytes: number | undefined): number {
  return (mebibytes ?? 0) * mebibyte;
}

/** -1 means "no limit" and has no unit. */
function swapBytes(mebibytes: number): number {
  return mebibytes > 0 ? mebibytes * mebibyte : mebibytes;
}

function pairs(list: readonly string[] | undefined): Record<string, string> | undefined {
  if (list === undefined) return undefined;
  return Object.fromEntries(list.map((pair) => [pair.split("=")[0] ?? pair, pair.split("=").slice(1).join("=")]));
}
