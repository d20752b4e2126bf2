import { readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Client, ClientConfig, QueryResultRow } from "pg";
import type { CallContext } from "../framework/types.ts";
import { OwnObjects } from "../own-objects.ts";
import { withPatience } from "../patience.ts";
import { codeOf, describe, isCollision, isPassing } from "./faults.ts";
import type { Settings } from "./settings.ts";

/** One connection, for as long as one piece of work lasts. */
export interface Session {
  query<Row extends QueryResultRow>(statement: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Runs a `COPY .. FROM stdin` with its data. */
  copy(statement: string, data: string): Promise<void>;
}

/** A piece of work on the server, named so that its error can say what failed. */
export interface Work<Result> {
  /** Completes "cannot ...", e.g. `create role "app"`. */
  readonly purpose: string;
  /** Another database than that of the provider's settings. */
  readonly database?: string | undefined;
  /** Values that no error message may hold, beside the provider's own password. */
  readonly secrets?: readonly (string | undefined)[];
  /** Must be safe to repeat: it runs again where the connection broke, even if that was while it committed. */
  run(session: Session): Promise<Result>;
}

/** An error whose message is complete and meant for the user. */
export class UserError extends Error {
  /** The SQLSTATE or system error code behind it, "" where there is none. */
  readonly code: string;

  constructor(message: string, code = "") {
    super(message);
    this.code = code;
  }
}

/** The PostgreSQL server of the provider's settings. Connects for each piece of work and leaves no connection behind, so that a database can be dropped. */
export class Server {
  readonly settings: Settings;
  readonly own = new OwnObjects();
  #open = 0;
  readonly #waiting: (() => void)[] = [];
  #signal: AbortSignal | undefined;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** Ends what waits for a server that is down when this run is cancelled: all calls of a run have the same signal. */
  heeding({ signal }: CallContext): this {
    this.#signal = signal;
    return this;
  }

  /** Runs the work outside any transaction, as CREATE DATABASE asks for. */
  async session<Result>(work: Work<Result>): Promise<Result> {
    try {
      return await withPatience(
        () => this.#withConnection(work.database ?? this.settings.database, work.run),
        (error) => isPassing(error) || isCollision(error),
        this.settings.patience,
        this.#signal,
      );
    } catch (error) {
      throw error instanceof UserError ? error : this.#explained(work, error);
    }
  }

  /** Runs the work in one transaction: all of it happens, or nothing. */
  transaction<Result>(work: Work<Result>): Promise<Result> {
    return this.session({
      ...work,
      run: async (session) => {
        await session.query("BEGIN");
        try {
          const result = await work.run(session);
          await session.query("COMMIT");
          return result;
        } catch (error) {
          await session.query("ROLLBACK").catch(() => undefined); // the connection may be the very thing that broke
          throw error;
        }
      },
    });
  }

  async #withConnection<Result>(database: string, run: (session: Session) => Promise<Result>): Promise<Result> {
    await this.#takePlace();
    try {
      const client = await this.#connect(database);
      try {
        return await run({
          query: async <Row extends QueryResultRow>(statement: string, values: readonly unknown[] = []) =>
            (await client.query<Row>(statement, [...values])).rows,
          copy: async (statement, data) => {
            const { from } = await import("pg-copy-streams");
            await pipeline([data], client.query(from(statement)));
          },
        });
      } finally {
        await client.end().catch(() => undefined);
      }
    } finally {
      this.#open -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #connect(database: string): Promise<Client> {
    const { Client } = await import("pg"); // loaded at first use: a plugin that only answers a preview starts without it
    const client = new Client({ ...this.#connectionTo(database), ...(await this.#tls()) });
    client.on("error", () => undefined); // a broken connection fails the query that waits on it; this event would end the process
    try {
      await client.connect();
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }

  #connectionTo(database: string): ClientConfig {
    const { host, port, username, password, connectTimeout, options } = this.settings;
    return {
      host,
      port,
      user: username,
      database,
      ...(password === undefined ? {} : { password }),
      ...(options === undefined ? {} : { options }),
      ...(connectTimeout === 0 ? {} : { connectionTimeoutMillis: connectTimeout * 1000 }),
      application_name: "pulumi-resource-postgresql",
    };
  }

  async #tls(): Promise<Pick<ClientConfig, "ssl">> {
    const { sslmode, sslrootcert, clientcert } = this.settings;
    if (sslmode === "disable") return { ssl: false };
    // As in libpq, a root certificate turns "require" into "verify-ca".
    const verified = sslmode !== "require" || sslrootcert !== undefined;
    const pem = (value: string) => (clientcert?.inline ? value : readFile(value, "utf8"));
    return {
      ssl: {
        rejectUnauthorized: verified,
        ...(sslmode === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
        ...(sslrootcert ? { ca: await readFile(sslrootcert, "utf8") } : {}),
        ...(clientcert ? { cert: await pem(clientcert.cert), key: await pem(clientcert.key) } : {}),
      },
    };
  }

  async #takePlace(): Promise<void> {
    const { maxConnections } = this.settings;
    while (maxConnections > 0 && this.#open >= maxConnections) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#open += 1;
  }

  #explained(work: Work<unknown>, error: unknown): Error {
    const { host, port, username, password } = this.settings;
    const place = `PostgreSQL at ${host}:${port}, database "${work.database ?? this.settings.database}", as user "${username}"`;
    const cause = describe(error, [password, ...(work.secrets ?? [])]);
    const way = this.#signal?.aborted ? ". The run was cancelled" : wayOut(error, this.settings.patience);
    return new UserError(`cannot ${work.purpose} (${place}): ${cause}${way}`, codeOf(error));
  }
}

function wayOut(error: unknown, patience: number): string {
  const code = codeOf(error);
  if (code === "28P01" || code === "28000") return ". Check the provider's username and password";
  if (code === "ENOTFOUND") return ". Check the provider's host";
  if (code === "25006") return `. It was read-only for ${patience / 1000} s: the provider has to reach the primary`;
  if (/does not support SSL/.test(String(error)))
    return '. Set the provider\'s sslmode to "disable" where the network is trusted';
  if (isPassing(error))
    return `. Tried for ${patience / 1000} s; check that the server runs and that host and port are right`;
  return "";
}
