import { type IncomingMessage, request } from "node:http";
import type { Readable } from "node:stream";
import type { Address } from "./address.ts";
import { collect } from "./collect.ts";
import type { Registries } from "./registries.ts";

/** A list stands for a parameter that is given several times. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Call {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a tar archive. */
  readonly tar?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** The engine's refusal, in its own words. */
export class EngineError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "EngineError";
    this.status = status;
  }
}

/**
 * A Docker engine's HTTP interface. Paths carry no version, so that an engine of any age answers. A client library is not
 * used, because every one of them takes longer to load than a container takes to start.
 */
export class Engine {
  readonly address: Address;
  readonly registries: Registries;

  constructor(address: Address, registries: Registries = new Map()) {
    this.address = address;
    this.registries = registries;
  }

  /** @throws EngineError where the engine answers with an error. */
  async json<Answer = void>(method: string, path: string, call: Call = {}): Promise<Answer> {
    const text = (await this.bytes(method, path, call)).toString("utf8");
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  }

  /** The answer, or `undefined` where there is no such thing. */
  async find<Answer>(path: string, call: Call = {}): Promise<Answer | undefined> {
    try {
      return await this.json<Answer>("GET", path, call);
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  async bytes(method: string, path: string, call: Call = {}): Promise<Buffer> {
    return collect(await this.stream(method, path, call));
  }

  /** The lines of an answer that comes as one JSON object a line, as builds and pulls do. */
  async *lines<Line>(method: string, path: string, call: Call = {}): AsyncGenerator<Line> {
    const stream = (await this.stream(method, path, call)).setEncoding("utf8");
    let rest = "";
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as Line;
    }
    if (rest.trim() !== "") yield JSON.parse(rest) as Line;
  }

  private async stream(method: string, path: string, call: Call): Promise<Readable> {
    const response = await this.send(method, path, call);
    const status = response.statusCode ?? 0;
    if (status < 400) return response;
    throw new EngineError(status, messageOf((await collect(response)).toString("utf8")));
  }

  private send(method: string, path: string, call: Call): Promise<IncomingMessage> {
    const body = call.tar ?? (call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body)));
    const headers = {
      ...(body === undefined ? {} : { "Content-Length": String(body.length) }),
      ...(body === undefined
        ? {}
        : { "Content-Type": call.tar === undefined ? "application/json" : "application/x-tar" }),
      ...call.headers,
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...("socketPath" in this.address
            ? { socketPath: this.address.socketPath }
            : { host: this.address.host, port: this.address.port }),
          method,
          path: path + search(call.query),
          headers: { Host: "docker", ...headers },
          agent: false,
          ...(call.signal === undefined ? {} : { signal: call.signal }),
        },
        resolve,
      );
      sent.on("error", (error) => reject(call.signal?.aborted === true ? call.signal.reason : this.unreachable(error)));
      sent.end(body);
    });
  }

  private unreachable(error: Error): Error {
    return new Error(
      `the Docker engine does not answer at ${this.address.text} (${error.message}); start it, e.g. with ` +
        '"systemctl start docker", or name another with the provider\'s host or DOCKER_HOST',
    );
  }
}

function search(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) parameters.append(key, String(item));
    }
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}

function messageOf(text: string): string {
  try {
    const parsed: { message?: string } = JSON.parse(text);
    return parsed.message ?? text;
  } catch {
    return text.trim();
  }
}
