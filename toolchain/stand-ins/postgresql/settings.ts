import type { Properties } from "../framework/types.ts";
import { flagSetting, numberSetting, setting, textSetting } from "../inputs.ts";
import { patience } from "../patience.ts";

/** The settings of `new postgresql.Provider` that this stand-in honours. */
export const settingNames = [
  "host",
  "port",
  "username",
  "password",
  "database",
  "sslmode",
  "sslMode",
  "sslrootcert",
  "clientcert",
  "connectTimeout",
  "superuser",
  "scheme",
  "databaseUsername",
  "expectedVersion",
  "maxConnections",
] as const;

const sslModes = ["disable", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
  /** True where `cert` and `key` hold PEM text, false where they name files. */
  readonly inline: boolean;
}

/** Where and as whom to connect. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string | undefined;
  /** The database for everything that belongs to no particular one. */
  readonly database: string;
  readonly sslmode: SslMode;
  /** A PEM file. */
  readonly sslrootcert: string | undefined;
  readonly clientcert: ClientCertificate | undefined;
  /** Seconds for one attempt to connect; 0 waits without end. */
  readonly connectTimeout: number;
  /** Milliseconds for which attempts are repeated while the server is down: a `connectTimeout` that the program sets. */
  readonly patience: number;
  /** The role that statements run as; differs from `username` only under a user name map. */
  readonly databaseUsername: string;
  /** Connections open at one time; 0 sets no limit. */
  readonly maxConnections: number;
  /** What a session begins with, as `postgres` takes it: `-c name=value`. Stands above what databases and roles have set. */
  readonly options?: string;
}

/**
 * Reads the provider's settings with the defaults and environment variables of the real provider. `superuser` and
 * `expectedVersion` are accepted and change nothing: no password is ever read back, and the server is asked for its version.
 */
export function settingsFrom(config: Properties, environment: Readonly<Record<string, string | undefined>>): Settings {
  const scheme = textSetting(config.scheme) ?? "postgres";
  if (scheme !== "postgres") {
    throw new Error(
      `the provider's scheme is "${scheme}"; this stand-in of @pulumi/postgresql speaks "postgres" only. ` +
        "awspostgres and gcppostgres need the real provider: install it with `pulumi plugin install resource postgresql`",
    );
  }
  flagSetting("superuser", config.superuser);
  const connectTimeout = atLeastZero("connectTimeout", numberSetting("connectTimeout", config.connectTimeout));
  const username = textSetting(config.username) ?? textSetting(environment.PGUSER) ?? "postgres";
  return {
    host: textSetting(config.host) ?? textSetting(environment.PGHOST) ?? "localhost",
    port: portFrom(numberSetting("port", config.port) ?? numberSetting("port", environment.PGPORT) ?? 5432),
    username,
    password: textSetting(config.password) ?? textSetting(environment.PGPASSWORD),
    database: textSetting(config.database) ?? textSetting(environment.PGDATABASE) ?? "postgres",
    sslmode: sslModeFrom(
      textSetting(config.sslmode) ?? textSetting(config.sslMode) ?? textSetting(environment.PGSSLMODE),
    ),
    sslrootcert: textSetting(config.sslrootcert),
    clientcert: clientCertificateFrom(config.clientcert),
    connectTimeout: connectTimeout ?? 180,
    patience: connectTimeout ? connectTimeout * 1000 : patience,
    databaseUsername: textSetting(config.databaseUsername) ?? username,
    maxConnections: atLeastZero("maxConnections", numberSetting("maxConnections", config.maxConnections)) ?? 20,
  };
}

function portFrom(port: number): number {
  if (port < 1 || port > 65535) throw new Error(`the provider's port is ${port}; 1 to 65535 is allowed`);
  return port;
}

function atLeastZero(name: string, value: number | undefined): number | undefined {
  if (value !== undefined && value < 0)
    throw new Error(`the provider's ${name} is ${value}; 0 (no limit) or more is allowed`);
  return value;
}

// "require" is the real provider's default too: a password must not cross a network in clear because nobody thought of it.
function sslModeFrom(mode: string | undefined): SslMode {
  const known = sslModes.find((each) => each === (mode ?? "require"));
  if (!known) throw new Error(`the provider's sslmode is "${mode}"; ${sslModes.join(", ")} are allowed`);
  return known;
}

function clientCertificateFrom(value: unknown): ClientCertificate | undefined {
  const given = setting(value);
  if (given === undefined) return undefined;
  const parsed: unknown = typeof given === "string" ? JSON.parse(given) : given;
  const entries: Properties = typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  const cert = textSetting(entries.cert);
  const key = textSetting(entries.key);
  if (!cert || !key) throw new Error("the provider's clientcert needs both cert and key");
  return { cert, key, inline: flagSetting("clientcert.sslinline", entries.sslinline) ?? false };
}
