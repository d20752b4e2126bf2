import type { ContainerArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import { checkShapes, type Fields, type Shape } from "../framework/shape.ts";
import type { CheckFailure, Properties } from "../framework/types.ts";
import { isRecord } from "../framework/values.ts";
import { durationText, nanoseconds } from "./durations.ts";
import { labelsShape } from "./labels.ts";

/** The inputs of a container as the npm package shapes them, all known. The name is given by then. */
export type ContainerInputs = Unwrap<ContainerArgs> & { readonly name: string };

const texts: Shape = { listOf: "text" };
const textMap: Shape = { mapOf: "text" };

export const shapes = {
  attach: "flag",
  capabilities: { fields: { adds: texts, drops: texts } },
  cgroupParent: "text",
  cgroupnsMode: "text",
  command: texts,
  containerReadRefreshTimeoutMilliseconds: "number",
  cpuPeriod: "number",
  cpuQuota: "number",
  cpuSet: "text",
  cpuShares: "number",
  cpus: "text",
  destroyGraceSeconds: "number",
  devices: {
    listOf: { fields: { containerPath: "text", hostPath: "text", permissions: "text" }, required: ["hostPath"] },
  },
  dns: texts,
  dnsOpts: texts,
  dnsSearches: texts,
  domainname: "text",
  entrypoints: texts,
  envs: texts,
  groupAdds: texts,
  healthcheck: {
    fields: {
      interval: "text",
      retries: "number",
      startInterval: "text",
      startPeriod: "text",
      tests: texts,
      timeout: "text",
    },
  },
  hostname: "text",
  hosts: { listOf: { fields: { host: "text", ip: "text" }, required: ["host", "ip"] } },
  image: "text",
  init: "flag",
  ipcMode: "text",
  labels: labelsShape,
  logDriver: "text",
  logOpts: textMap,
  logs: "flag",
  maxRetryCount: "number",
  memory: "number",
  memoryReservation: "number",
  memorySwap: "number",
  mounts: {
    listOf: {
      fields: {
        bindOptions: { fields: { propagation: "text" } },
        readOnly: "flag",
        source: "text",
        target: "text",
        tmpfsOptions: { fields: { mode: "number", sizeBytes: "number" } },
        type: "text",
        volumeOptions: {
          fields: { driverName: "text", driverOptions: textMap, labels: labelsShape, noCopy: "flag", subpath: "text" },
        },
      },
      required: ["target", "type"],
    },
  },
  mustRun: "flag",
  name: "text",
  networkMode: "text",
  networksAdvanced: {
    listOf: {
      fields: {
        aliases: texts,
        driverOpts: texts,
        gwPriority: "number",
        ipv4Address: "text",
        ipv6Address: "text",
        linkLocalIps: texts,
        macAddress: "text",
        name: "text",
      },
      required: ["name"],
    },
  },
  pidMode: "text",
  platform: "text",
  ports: {
    listOf: {
      fields: { external: "number", internal: "number", ip: "text", protocol: "text" },
      required: ["internal"],
    },
  },
  privileged: "flag",
  publishAllPorts: "flag",
  readOnly: "flag",
  removeVolumes: "flag",
  restart: "text",
  rm: "flag",
  runtime: "text",
  securityOpts: texts,
  shmSize: "number",
  start: "flag",
  stdinOpen: "flag",
  stopSignal: "text",
  stopTimeout: "number",
  storageOpts: textMap,
  sysctls: textMap,
  tmpfs: textMap,
  tty: "flag",
  ulimits: {
    listOf: { fields: { hard: "number", name: "text", soft: "number" }, required: ["hard", "name", "soft"] },
  },
  uploads: {
    listOf: {
      fields: {
        content: "text",
        contentBase64: "text",
        executable: "flag",
        file: "text",
        group: "text",
        owner: "text",
        permissions: "text",
        source: "text",
        sourceHash: "text",
      },
      required: ["file"],
    },
  },
  user: "text",
  usernsMode: "text",
  volumes: {
    listOf: {
      fields: {
        containerPath: "text",
        fromContainer: "text",
        hostPath: "text",
        readOnly: "flag",
        selinuxRelabel: "text",
        volumeName: "text",
      },
    },
  },
  wait: "flag",
  waitTimeout: "number",
  workingDir: "text",
} as const satisfies Fields & Partial<Record<keyof ContainerArgs, Shape>>;

/** What the real provider changes without a new container. */
const changedInPlace = [
  "attach",
  "containerReadRefreshTimeoutMilliseconds",
  "cpuSet",
  "cpuShares",
  "destroyGraceSeconds",
  "logs",
  "maxRetryCount",
  "memory",
  "memoryReservation",
  "memorySwap",
  "mustRun",
  "removeVolumes",
  "restart",
  "rm",
  "start",
  "wait",
  "waitTimeout",
];

/**
 * The real provider also takes a changed `healthcheck`, `init`, `tmpfs`, `cpuPeriod` or `cpuQuota` for done without
 * touching the container. Here they replace it, because a change that is reported must be made.
 */
export const replaceOn = Object.keys(shapes).filter((key) => !changedInPlace.includes(key));

export const schemaDefaults: Properties = {
  attach: false,
  containerReadRefreshTimeoutMilliseconds: 15_000,
  logs: false,
  mustRun: true,
  networkMode: "bridge",
  readOnly: false,
  removeVolumes: true,
  restart: "no",
  rm: false,
  start: true,
  stdinOpen: false,
  tty: false,
  wait: false,
  waitTimeout: 60,
};

export const sets = [
  "devices",
  "dns",
  "dnsOpts",
  "dnsSearches",
  "envs",
  "groupAdds",
  "hosts",
  "labels",
  "mounts",
  "networksAdvanced",
  "securityOpts",
  "ulimits",
  "uploads",
  "volumes",
];

const restartPolicies = ["no", "on-failure", "always", "unless-stopped"];

export function checkContainer(inputs: Properties): CheckFailure[] {
  const failures = checkShapes(shapes, inputs);
  return failures.length > 0 ? failures : [...checkRestart(inputs), ...checkHealth(inputs), ...checkUploads(inputs)];
}

function checkRestart({ restart, rm }: Properties): CheckFailure[] {
  if (restart !== undefined && !restartPolicies.includes(String(restart))) {
    return [{ property: "restart", reason: `restart is "${restart}"; allowed are ${restartPolicies.join(", ")}` }];
  }
  if (rm !== true || restart === undefined || restart === "no") return [];
  return [
    { property: "rm", reason: `rm removes a stopped container, and restart "${restart}" starts it again: choose one` },
  ];
}

function checkHealth({ healthcheck }: Properties): CheckFailure[] {
  if (!isRecord(healthcheck)) return [];
  return ["interval", "timeout", "startPeriod", "startInterval"]
    .filter((key) => healthcheck[key] !== undefined && nanoseconds(String(healthcheck[key])) === undefined)
    .map((key) => ({
      property: "healthcheck",
      reason: `healthcheck.${key} is "${healthcheck[key]}"; a duration is allowed, e.g. "500ms", "5s" or "1m30s"`,
    }));
}

function checkUploads({ uploads }: Properties): CheckFailure[] {
  if (!Array.isArray(uploads)) return [];
  return uploads.filter(isRecord).flatMap((upload, i) => {
    const at = `uploads[${i}] (${upload.file})`;
    const given = ["content", "contentBase64", "source"].filter((key) => upload[key] !== undefined);
    const reasons = [
      ...(given.length > 1 ? [`${at} has ${given.join(" and ")}; exactly one is allowed`] : []),
      ...(given.length < 1 ? [`${at} has none of content, contentBase64 and source; exactly one is needed`] : []),
      ...(String(upload.file).startsWith("/") ? [] : [`${at}: file has to be an absolute path in the container`]),
      ...(upload.permissions === undefined || /^[0-7]{3,5}$/.test(String(upload.permissions))
        ? []
        : [`${at}: permissions "${upload.permissions}" are no octal mode; e.g. "0640" is allowed`]),
      ...["owner", "group"]
        .filter((key) => upload[key] !== undefined && !/^\d+$/.test(String(upload[key])))
        .map((key) => `${at}: ${key} "${upload[key]}" is no number; give the numeric id that it has in the image`),
    ];
    return reasons.map((reason) => ({ property: "uploads", reason }));
  });
}

/** One spelling: what the real schema fills in below the top level, durations in one form, inner sets in one order. */
export function canonical(inputs: Properties): Properties {
  return {
    ...inputs,
    ...each(inputs, "ports", (port) => ({ ip: "0.0.0.0", protocol: "tcp", ...port })),
    ...each(inputs, "uploads", (upload) => dropped({ executable: false }, upload)),
    ...each(inputs, "volumes", (volume) => dropped({ readOnly: false, selinuxRelabel: "" }, volume)),
    ...each(inputs, "mounts", (mount) => dropped({ readOnly: false }, mount)),
    ...each(inputs, "networksAdvanced", (net) => ({ ...net, aliases: sorted(net.aliases) })),
    ...(isRecord(inputs.healthcheck) ? { healthcheck: canonicalHealth(inputs.healthcheck) } : {}),
    ...(isRecord(inputs.capabilities) ? { capabilities: canonicalCapabilities(inputs.capabilities) } : {}),
  };
}

/** Each part that says nothing is left out, so that a check that says nothing equals none. */
function canonicalHealth(health: Properties): Properties {
  const durations = ["interval", "timeout", "startPeriod", "startInterval"].map((key) => {
    const amount = nanoseconds(String(health[key] ?? "0s"));
    // One that is not known yet stays as it is.
    return [key, amount === undefined ? health[key] : durationText(amount)];
  });
  const all = { tests: health.tests, retries: health.retries, ...Object.fromEntries(durations) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !saysNothing(value)));
}

function canonicalCapabilities({ adds, drops }: Properties): Properties {
  return dropped({}, { adds: sorted(adds), drops: sorted(drops) });
}

function saysNothing(value: unknown): boolean {
  return value === undefined || value === 0 || value === "0s" || (Array.isArray(value) && value.length === 0);
}

function each(inputs: Properties, key: string, spell: (item: Properties) => Properties): Properties {
  const list = inputs[key];
  return Array.isArray(list) ? { [key]: list.map((item) => (isRecord(item) ? spell(item) : item)) } : {};
}

/** Without what equals its default, and without empty lists. */
function dropped(defaults: Properties, item: Properties): Properties {
  return Object.fromEntries(
    Object.entries(item).filter(
      ([key, value]) => value !== defaults[key] && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

function sorted(list: unknown): unknown {
  return Array.isArray(list) ? [...list].sort() : [];
}
