import { PassThrough } from "node:stream";
import Docker from "dockerode";

export const docker = new Docker();

export interface Executed {
  readonly code: number;
  readonly output: string;
}

/** Runs a program inside a container, as the container's user. */
export async function execute(
  container: string,
  command: readonly string[],
  env: readonly string[] = [],
): Promise<Executed> {
  const exec = await docker
    .getContainer(container)
    .exec({ Cmd: [...command], Env: [...env], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const output = new PassThrough();
  docker.modem.demuxStream(stream, output, output);
  stream.on("end", () => output.end());
  let text = "";
  for await (const chunk of output) text += String(chunk);
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode ?? -1, output: text };
}

/** Like `execute`, for what must succeed. */
export async function mustExecute(
  container: string,
  command: readonly string[],
  env?: readonly string[],
): Promise<string> {
  const { code, output } = await execute(container, command, env);
  if (code !== 0) throw new Error(`${command.join(" ")} in ${container} ended with ${code}: ${output}`);
  return output;
}

/** Kills a container's first process from outside, as a crash would: the restart policy stays in force. */
export async function crash(container: string): Promise<void> {
  const { State } = await docker.getContainer(container).inspect();
  process.kill(State.Pid, "SIGKILL");
}

/** Everything on the engine that belongs to a stack. */
export async function leftovers(prefix: string): Promise<string[]> {
  const [containers, volumes, networks] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listVolumes(),
    docker.listNetworks(),
  ]);
  return [
    ...containers.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, ""))),
    ...volumes.Volumes.map(({ Name }) => Name),
    ...networks.map(({ Name }) => Name),
  ].filter((name) => name === prefix || name.startsWith(`${prefix}-`));
}
