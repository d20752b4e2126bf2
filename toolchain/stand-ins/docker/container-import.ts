import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../framework/types.ts";
import { durationText } from "./durations.ts";
import type { ImageConfig } from "./images.ts";
import type { Inspected, InspectedHealthcheck } from "./inspected.ts";
import { labelList } from "./labels.ts";

const mebibyte = 1024 * 1024;
const engineShmMebibytes = 64;

/**
 * The inputs of a container that is taken over: what it has beyond its image and the engine's own choices. Files that
 * were uploaded cannot be told from the image's, and `wait` and its like leave no trace.
 */
export function importedInputs(found: Inspected, image: ImageConfig | null): Properties {
  const { Config, HostConfig } = found;
  const labels = labelList(Config.Labels).filter(({ label, value }) => image?.Labels?.[label] !== value);
  const shm = Math.floor(HostConfig.ShmSize / mebibyte);
  return present({
    name: found.Name.replace(/^\//, ""),
    image: /^sha256:/.test(Config.Image) ? found.Image : Config.Image,
    hostname: found.Id.startsWith(Config.Hostname) ? undefined : Config.Hostname,
    domainname: Config.Domainname,
    user: Config.User === image?.User ? undefined : Config.User,
    workingDir: Config.WorkingDir === image?.WorkingDir ? undefined : Config.WorkingDir,
    tty: Config.Tty,
    stdinOpen: Config.OpenStdin,
    command: isDeepStrictEqual(Config.Cmd, image?.Cmd) ? undefined : Config.Cmd,
    entrypoints: isDeepStrictEqual(Config.Entrypoint, image?.Entrypoint) ? undefined : Config.Entrypoint,
    envs: Config.Env?.filter((env) => !image?.Env?.includes(env)),
    labels,
    stopSignal: Config.StopSignal === image?.StopSignal ? undefined : Config.StopSignal,
    stopTimeout: Config.StopTimeout,
    healthcheck: isDeepStrictEqual(Config.Healthcheck, image?.Healthcheck) ? undefined : health(Config.Healthcheck),
    restart: HostConfig.RestartPolicy.Name === "no" ? undefined : HostConfig.RestartPolicy.Name,
    maxRetryCount: HostConfig.RestartPolicy.MaximumRetryCount,
    memory: HostConfig.Memory / mebibyte,
    memoryReservation: HostConfig.MemoryReservation / mebibyte,
    cpuShares: HostConfig.CpuShares,
    cpuSet: HostConfig.CpusetCpus,
    cpus: HostConfig.NanoCpus > 0 ? String(HostConfig.NanoCpus / 1e9) : undefined,
    shmSize: shm === engineShmMebibytes ? undefined : shm,
    init: HostConfig.Init ?? undefined,
    rm: HostConfig.AutoRemove,
    readOnly: HostConfig.ReadonlyRootfs,
    privileged: HostConfig.Privileged,
    publishAllPorts: HostConfig.PublishAllPorts,
    capabilities: capabilities(found),
    securityOpts: HostConfig.SecurityOpt,
    sysctls: HostConfig.Sysctls,
    tmpfs: HostConfig.Tmpfs,
    ulimits: HostConfig.Ulimits?.map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard })),
    logDriver: HostConfig.LogConfig.Type === "json-file" ? undefined : HostConfig.LogConfig.Type,
    logOpts: HostConfig.LogConfig.Config,
    networkMode: HostConfig.NetworkMode === "default" ? undefined : HostConfig.NetworkMode,
    networksAdvanced: networks(found),
    ports: ports(found),
    volumes: HostConfig.Binds?.map(volume),
  });
}

function capabilities({ HostConfig }: Inspected): Properties | undefined {
  const drops = HostConfig.CapDrop ?? [];
  const adds = HostConfig.CapAdd ?? [];
  return adds.length + drops.length === 0 ? undefined : { adds, drops };
}

function health(check: InspectedHealthcheck | undefined): Properties | undefined {
  if (check === undefined) return undefined;
  return {
    tests: check.Test ?? [],
    interval: durationText(check.Interval ?? 0),
    timeout: durationText(check.Timeout ?? 0),
    startPeriod: durationText(check.StartPeriod ?? 0),
    startInterval: durationText(check.StartInterval ?? 0),
    retries: check.Retries ?? 0,
  };
}

function networks(found: Inspected): Properties[] {
  return Object.entries(found.NetworkSettings.Networks ?? {})
    .filter(([name]) => name !== "bridge" && name !== "host" && name !== "none")
    .map(([name, endpoint]) =>
      present({
        name,
        // The engine adds the short id by itself.
        aliases: endpoint.Aliases?.filter((alias) => !found.Id.startsWith(alias)),
        ipv4Address: endpoint.IPAMConfig?.IPv4Address,
      }),
    );
}

function ports({ HostConfig }: Inspected): Properties[] {
  return Object.entries(HostConfig.PortBindings ?? {}).flatMap(([key, bindings]) => {
    const [internal, protocol] = key.split("/");
    return (bindings ?? []).map(({ HostIp, HostPort }) =>
      present({
        internal: Number(internal),
        external: HostPort === "" ? undefined : Number(HostPort),
        ip: HostIp === "" ? "0.0.0.0" : HostIp,
        protocol,
      }),
    );
  });
}

function volume(bind: string): Properties {
  const [source = "", containerPath = "", options = ""] = bind.split(":");
  return present({
    ...(source.startsWith("/") ? { hostPath: source } : { volumeName: source }),
    containerPath,
    readOnly: options.split(",").includes("ro"),
  });
}

/** Without what is empty or off: a program leaves that out. */
function present(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => {
      if (value === undefined || value === null || value === "" || value === false || value === 0) return false;
      return typeof value !== "object" || Object.keys(value).length > 0;
    }),
  );
}
