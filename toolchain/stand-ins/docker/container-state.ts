import type { Properties } from "../framework/types.ts";
import { portKey } from "./container-body.ts";
import type { ContainerInputs } from "./container-inputs.ts";
import type { Inspected } from "./inspected.ts";

const mebibyte = 1024 * 1024;

/**
 * The outputs of a container: its inputs as they were given, in the same order (the engine marks secrets by their place),
 * and what the engine chose.
 */
export function outputsOf(inputs: Properties, found: Inspected): Properties {
  const { Config, HostConfig, NetworkSettings, State } = found;
  return {
    hostname: Config.Hostname,
    command: Config.Cmd ?? [],
    entrypoints: Config.Entrypoint ?? [],
    init: HostConfig.Init ?? false,
    ipcMode: HostConfig.IpcMode,
    logDriver: HostConfig.LogConfig.Type,
    runtime: HostConfig.Runtime,
    securityOpts: HostConfig.SecurityOpt ?? [],
    shmSize: Math.floor(HostConfig.ShmSize / mebibyte),
    ...(Config.StopSignal === undefined ? {} : { stopSignal: Config.StopSignal }),
    ...(Config.StopTimeout === undefined ? {} : { stopTimeout: Config.StopTimeout }),
    ...inputs,
    ...portsWithNumbers(inputs, found),
    bridge: NetworkSettings.Bridge,
    networkDatas: networkDatas(found),
    ...(State.Running ? {} : { exitCode: State.ExitCode }),
  };
}

/**
 * The inputs that would lead to the container as it is now. Only what can differ without a new container is looked at:
 * whether it runs, and what `docker update` and `docker rename` change; and the image and environment, should the id ever
 * be another container's.
 */
export function inputsNow(inputs: Properties, found: Inspected): Properties {
  const given = inputs as unknown as ContainerInputs;
  const { Config, HostConfig, State } = found;
  const differing: Properties = {
    ...unless(found.Name === `/${given.name}`, { name: found.Name.replace(/^\//, "") }),
    ...unless((HostConfig.RestartPolicy.Name || "no") === (given.restart ?? "no"), {
      restart: HostConfig.RestartPolicy.Name || "no",
    }),
    ...unless(HostConfig.RestartPolicy.MaximumRetryCount === (given.maxRetryCount ?? 0), {
      maxRetryCount: HostConfig.RestartPolicy.MaximumRetryCount,
    }),
    ...unless(HostConfig.Memory === (given.memory ?? 0) * mebibyte, { memory: HostConfig.Memory / mebibyte }),
    ...unless(HostConfig.MemoryReservation === (given.memoryReservation ?? 0) * mebibyte, {
      memoryReservation: HostConfig.MemoryReservation / mebibyte,
    }),
    // Left out, it follows the memory.
    ...unless(given.memorySwap === undefined || swapOf(HostConfig.MemorySwap) === given.memorySwap, {
      memorySwap: swapOf(HostConfig.MemorySwap),
    }),
    ...unless(HostConfig.CpuShares === (given.cpuShares ?? 0), { cpuShares: HostConfig.CpuShares }),
    ...unless(HostConfig.CpusetCpus === (given.cpuSet ?? ""), { cpuSet: HostConfig.CpusetCpus }),
    ...unless([found.Image, Config.Image].includes(given.image), { image: Config.Image }),
    ...unless(
      (given.envs ?? []).every((env) => Config.Env?.includes(env)),
      { envs: Config.Env ?? [] },
    ),
    // As the real provider says it: the next update starts the container.
    ...unless(State.Running || given.mustRun === false || given.start === false, { mustRun: false }),
  };
  return { ...inputs, ...differing };
}

function unless(same: boolean, otherwise: Properties): Properties {
  return same ? {} : otherwise;
}

function swapOf(bytes: number): number {
  return bytes > 0 ? bytes / mebibyte : bytes;
}

function portsWithNumbers(inputs: Properties, found: Inspected): Properties {
  const { ports } = inputs as unknown as ContainerInputs;
  if (ports === undefined || ports.length === 0) return {};
  return {
    ports: ports.map((port) => {
      const published = found.NetworkSettings.Ports?.[portKey(port)]?.[0]?.HostPort;
      const external = port.external ?? (published === undefined ? undefined : Number(published));
      return { ip: "0.0.0.0", protocol: "tcp", ...port, ...(external === undefined ? {} : { external }) };
    }),
  };
}

function networkDatas(found: Inspected): Properties[] {
  return Object.entries(found.NetworkSettings.Networks ?? {}).map(([networkName, endpoint]) => ({
    networkName,
    ipAddress: endpoint.IPAddress,
    ipPrefixLength: endpoint.IPPrefixLen,
    gateway: endpoint.Gateway,
    globalIpv6Address: endpoint.GlobalIPv6Address,
    globalIpv6PrefixLength: endpoint.GlobalIPv6PrefixLen,
    ipv6Gateway: endpoint.IPv6Gateway,
    macAddress: endpoint.MacAddress,
  }));
}
