import tar from "tar-stream";
import { collect } from "../../toolchain/stand-ins/docker/collect.ts";
import { type Engine, EngineError } from "../../toolchain/stand-ins/docker/engine.ts";
import { CommandFailed, type DeliveredFile, type Instance, InstanceGone } from "./instance.ts";
import { splitStreams } from "./streams.ts";

/** A container as an instance. https://docs.docker.com/reference/api/engine/ */
export class DockerInstance implements Instance {
  readonly name: string;
  readonly #engine: Engine;
  readonly #container: string;

  /** @param container its id or its name. */
  constructor(engine: Engine, container: string, name = container.slice(0, 12)) {
    this.#engine = engine;
    this.#container = container;
    this.name = name;
  }

  async run(command: readonly string[], signal?: AbortSignal): Promise<string> {
    const { Id } = await this.#asked(() =>
      this.#engine.json<{ Id: string }>("POST", `/containers/${this.#container}/exec`, {
        body: { Cmd: command, AttachStdout: true, AttachStderr: true },
        signal,
      }),
    );
    const raw = await this.#engine.bytes("POST", `/exec/${Id}/start`, { body: { Detach: false, Tty: false }, signal });
    const { ExitCode } = await this.#engine.json<{ ExitCode: number }>("GET", `/exec/${Id}/json`, { signal });
    const { stdout, stderr } = splitStreams(raw);
    if (ExitCode !== 0) throw new CommandFailed(this.name, command, ExitCode, stderr || stdout);
    return stdout;
  }

  async read(path: string): Promise<string | undefined> {
    try {
      const archive = await this.#engine.bytes("GET", `/containers/${this.#container}/archive`, { query: { path } });
      return await onlyFile(archive);
    } catch (error) {
      if (!(error instanceof EngineError) || error.status !== 404) throw error;
      if (/no such container/i.test(error.message)) throw new InstanceGone(this.name);
      return undefined;
    }
  }

  async write(files: readonly DeliveredFile[]): Promise<void> {
    const pack = tar.pack();
    for (const { path, content, mode, owner } of files) {
      pack.entry({ name: path.slice(1), mode, uid: owner, gid: owner, mtime: new Date() }, content);
    }
    pack.finalize();
    const archive = await collect(pack);
    await this.#asked(() =>
      this.#engine.json("PUT", `/containers/${this.#container}/archive`, { query: { path: "/" }, tar: archive }),
    );
  }

  async #asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) throw new InstanceGone(this.name);
      throw error;
    }
  }
}

async function onlyFile(archive: Buffer): Promise<string> {
  const extract = tar.extract();
  extract.end(archive);
  for await (const entry of extract) return (await collect(entry)).toString("utf8");
  return "";
}
