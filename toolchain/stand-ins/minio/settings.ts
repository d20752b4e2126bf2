import type { Properties } from "../framework/types.ts";
import { flagSetting, textSetting } from "../inputs.ts";

/** The settings of `new minio.Provider` that this stand-in honours. */
export const settingNames = [
  "minioServer",
  "minioRegion",
  "minioUser",
  "minioPassword",
  "minioAccessKey",
  "minioSecretKey",
  "minioSessionToken",
  "minioApiVersion",
  "minioSsl",
  "minioInsecure",
  "minioCacertFile",
  "minioCertFile",
  "minioKeyFile",
] as const;

/** Where the S3 server is and who asks. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean;
  /** Takes any certificate. */
  readonly insecure: boolean;
  readonly region: string;
  readonly user: string;
  readonly password: string;
  readonly sessionToken: string | undefined;
  /** PEM files. */
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the provider's settings with the defaults and environment variables of the real provider. */
export function settingsFrom(config: Properties, environment: Environment): Settings {
  const version = textSetting(config.minioApiVersion) ?? "v4";
  if (version !== "v4")
    throw new Error(`the provider's minioApiVersion is "${version}"; this stand-in signs with "v4" only`);
  const ssl = flagSetting("minioSsl", config.minioSsl ?? environment.MINIO_ENABLE_HTTPS) ?? false;
  return {
    ...serverFrom(textSetting(config.minioServer) ?? textSetting(environment.MINIO_ENDPOINT), ssl),
    ssl,
    insecure: flagSetting("minioInsecure", config.minioInsecure ?? environment.MINIO_INSECURE) ?? false,
    region: textSetting(config.minioRegion) ?? "us-east-1",
    user: oneOf("minioUser", "minioAccessKey", config, environment.MINIO_USER ?? environment.MINIO_ACCESS_KEY),
    password: oneOf(
      "minioPassword",
      "minioSecretKey",
      config,
      environment.MINIO_PASSWORD ?? environment.MINIO_SECRET_KEY,
    ),
    sessionToken: textSetting(config.minioSessionToken) ?? textSetting(environment.MINIO_SESSION_TOKEN),
    caFile: textSetting(config.minioCacertFile) ?? textSetting(environment.MINIO_CACERT_FILE),
    certFile: textSetting(config.minioCertFile) ?? textSetting(environment.MINIO_CERT_FILE),
    keyFile: textSetting(config.minioKeyFile) ?? textSetting(environment.MINIO_KEY_FILE),
  };
}

function serverFrom(server: string | undefined, ssl: boolean): { host: string; port: number } {
  const [, host, port] = server?.match(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+)(?::(\d{1,5}))?$/) ?? [];
  const number = port === undefined ? (ssl ? 443 : 80) : Number(port);
  if (host === undefined || number < 1 || number > 65535) {
    throw new Error(
      `the provider's minioServer is ${JSON.stringify(server)}; HOST:PORT is allowed, e.g. "127.0.0.1:9000"`,
    );
  }
  return { host: host.replaceAll(/[[\]]/g, ""), port: number };
}

/** One of a setting and its old name; an error that names both, and no value, otherwise. */
function oneOf(name: string, oldName: string, config: Properties, fallback: string | undefined): string {
  const [given, old] = [textSetting(config[name]), textSetting(config[oldName])];
  if (given !== undefined && old !== undefined)
    throw new Error(`the provider has both ${name} and ${oldName}; set ${name} only`);
  const value = given ?? old ?? textSetting(fallback);
  if (value === undefined) throw new Error(`the provider's ${name} is missing`);
  return value;
}
