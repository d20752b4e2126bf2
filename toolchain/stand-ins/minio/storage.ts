import { readFile } from "node:fs/promises";
import { Agent } from "node:https";
import type { Client } from "minio";
import { OwnObjects } from "../own-objects.ts";
import { patience, withPatience } from "../patience.ts";
import type { Settings } from "./settings.ts";

/** An error whose message is complete and meant for the user. */
export class UserError extends Error {}

/** The S3 server of the provider's settings. */
export class Storage {
  readonly settings: Settings;
  readonly own = new OwnObjects();
  readonly #client: Client;

  private constructor(settings: Settings, client: Client) {
    this.settings = settings;
    this.#client = client;
  }

  /** Loads the client library, which takes a while: only a plugin that has something to do should wait for it. Does not connect. */
  static async at(settings: Settings): Promise<Storage> {
    const { Client } = await import("minio");
    const { host, port, ssl, region, user, password, sessionToken } = settings;
    const client = new Client({
      endPoint: host,
      port,
      useSSL: ssl,
      region,
      accessKey: user,
      secretKey: password,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(ssl ? { transportAgent: await agent(settings) } : {}),
      retryOptions: { disableRetry: true }, // `run` waits, and says for how long
    });
    return new Storage(settings, client);
  }

  /** What `bucketDomainName` begins with. */
  get url(): string {
    const { host, port, ssl } = this.settings;
    return new URL(`${ssl ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`).origin;
  }

  /** Runs the work, again where the server is not ready; its purpose completes "cannot ..." in the error. The work must be safe to repeat. */
  async run<Result>(purpose: string, work: (client: Client) => Promise<Result>): Promise<Result> {
    try {
      return await withPatience(() => work(this.#client), isPassing);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(
        `cannot ${purpose} (S3 server ${this.url}, as "${this.settings.user}"): ${describe(error)}${wayOut(error)}`,
      );
    }
  }
}

/** The error code of S3 or of the system, "" where there is none. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

const passingCodes = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH"],
  ...["XMinioServerNotInitialized", "ServiceUnavailable", "SlowDown", "SlowDownRead", "SlowDownWrite"],
]);

export function isPassing(error: unknown): boolean {
  return passingCodes.has(codeOf(error)) || /Retryable HTTP status|socket hang up/.test(String(error));
}

function describe(error: unknown): string {
  const message =
    error instanceof AggregateError ? String(error.errors[0]) : error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  return code === "" || message.includes(code) ? message : `${message} (${code})`;
}

function wayOut(error: unknown): string {
  const code = codeOf(error);
  if (["InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "Forbidden"].includes(code)) {
    return ". Check the provider's minioUser and minioPassword, and what that user may do";
  }
  if (code === "EPROTO") return ". Check the provider's minioSsl";
  if (code === "ENOTFOUND") return ". Check the provider's minioServer";
  if (isPassing(error))
    return `. Tried for ${patience / 1000} s; check that the server runs and that minioServer and minioSsl are right`;
  return "";
}

async function agent(settings: Settings): Promise<Agent> {
  const pem = async (file: string | undefined) => (file === undefined ? undefined : await readFile(file, "utf8"));
  const [ca, cert, key] = [await pem(settings.caFile), await pem(settings.certFile), await pem(settings.keyFile)];
  return new Agent({
    rejectUnauthorized: !settings.insecure,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  });
}
