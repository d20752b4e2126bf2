/** Stands on PATH for a tool that a seed's commands call, see seed-shell.ts. */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { docker } from "./docker.ts";
import type { SeedNames } from "./seed-shell.ts";

const names = JSON.parse(process.env.SEED_NAMES ?? "") as SeedNames;
const [tool = "", ...words] = process.argv.slice(2);

/** What follows an option, e.g. `-U postgres`. */
function after(args: readonly string[], option: string): string | undefined {
  return args.indexOf(option) < 0 ? undefined : args[args.indexOf(option) + 1];
}

function containerOf(name: string): string {
  const container = names.containers[name];
  if (container === undefined) throw new Error(`no container for the seed's ${name}`);
  return container;
}

async function execute(container: string, args: readonly string[], input?: Readable): Promise<number> {
  const user = after(args, "-U") ?? names.superuser;
  const exec = await docker.getContainer(container).exec({
    Cmd: [...args],
    Env: [`PGUSER=${user}`, `PGPASSWORD=${names.passwords[user] ?? ""}`, "PGHOST=127.0.0.1"],
    AttachStdin: input !== undefined,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: input !== undefined });
  input?.pipe(stream);
  docker.modem.demuxStream(stream, process.stdout, process.stderr);
  await new Promise((resolve) => stream.once("end", resolve));
  return (await exec.inspect()).ExitCode ?? 1;
}

/** From outside: what is `localhost` there is the balancer here, and a file is handed in. */
async function psql(args: readonly string[]): Promise<number> {
  const host = after(args, "-h") ?? "localhost";
  const file = after(args, "-f");
  const mapped = args.map((word) => (word === host ? (names.hosts[host] ?? host) : word === file ? "-" : word));
  return execute(names.gateway, ["psql", ...mapped], file === undefined ? undefined : createReadStream(file));
}

/** `docker exec [-i|-T] NAME COMMAND..`, and what else the seeds type. */
async function dockerLike(args: readonly string[]): Promise<number> {
  const [action, ...rest] = args;
  if (action === "ps") {
    for (const [seedName, container] of Object.entries(names.containers)) {
      const { State } = await docker.getContainer(container).inspect();
      if (State.Running) console.log(`${seedName}  ${State.Health?.Status ?? ""}`);
    }
    return 0;
  }
  if (action !== "exec") throw new Error(`no ${tool} ${action} here`);
  const piped = rest[0] === "-i" || rest[0] === "-T";
  const [name = "", ...command] = piped ? rest.slice(1) : rest;
  return execute(containerOf(name), command, piped ? process.stdin : undefined);
}

process.exitCode = tool === "psql" ? await psql(words) : await dockerLike(words);
