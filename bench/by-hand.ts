import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CapturedGraph, ResolvedContainer } from "./captured-graph.ts";

/** The commands that a person would type for the same containers, one after the other. Configuration files are written below `folder`. */
export function handWritten(graph: CapturedGraph, folder: string): string[][] {
  const order = ["etcd", "postgres", "haproxy", "pgbouncer", "minio"];
  const rank = ({ name }: ResolvedContainer) =>
    order.findIndex((program) => name.startsWith(`${graph.network}-${program}`));
  const sorted = [...graph.containers].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  return [["network", "create", graph.network], ...sorted.map((container) => runCommand(container, graph, folder))];
}

function runCommand(container: ResolvedContainer, { network, files }: CapturedGraph, folder: string): string[] {
  const health = container.healthcheck;
  return [
    ...["run", "--detach", "--name", container.name, "--hostname", container.hostname ?? container.name],
    ...["--network", network],
    ...(container.networksAdvanced ?? []).flatMap(({ aliases }) =>
      (aliases ?? []).flatMap((alias) => ["--network-alias", alias]),
    ),
    ...(container.user ? ["--user", container.user] : []),
    ...["--restart", container.restart ?? "no", "--memory", `${container.memory}m`, "--cap-drop", "ALL"],
    ...(container.shmSize ? ["--shm-size", `${container.shmSize}m`] : []),
    ...["--security-opt", "no-new-privileges:true"],
    ...(container.ulimits ?? []).flatMap(({ name, soft, hard }) => ["--ulimit", `${name}=${soft}:${hard}`]),
    ...(health?.tests
      ? ["--health-cmd", health.tests.slice(1).join(" "), "--health-interval", health.interval ?? "2s"]
      : []),
    ...(container.envs ?? [])
      .filter((variable) => !variable.startsWith("AWAIT_FILE="))
      .flatMap((variable) => ["--env", variable]),
    ...(container.ports ?? []).flatMap(({ ip, external, internal }) => [
      "--publish",
      `${ip?.includes(":") ? `[${ip}]` : ip}:${external}:${internal}`,
    ]),
    ...(container.volumes ?? []).flatMap(({ volumeName, containerPath }) => [
      "--volume",
      `${volumeName}:${containerPath}`,
    ]),
    ...Object.entries(files[container.name] ?? {}).flatMap(([path, { content, executable }]) => [
      "--volume",
      `${written(join(folder, container.name, path), content, executable)}:${path}:ro`,
    ]),
    container.image,
    ...(container.command ?? []),
  ];
}

function written(path: string, content: string, executable: boolean | undefined): string {
  mkdirSync(dirname(path), { recursive: true });
  // The container's user is not ours, so secrets are readable here: they open nothing but the benchmark's own servers.
  writeFileSync(path, content, { mode: executable ? 0o555 : 0o444 });
  return path;
}
