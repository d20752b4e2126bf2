import type { SettingValue } from "./catalogue.ts";
import { patroniControl } from "./patroni-control.ts";
import { readBool } from "./words.ts";

const files = "the image and this library decide where files are";
const socket = "the members are reached through the socket that this library sets";
const certificates = "certificates and their files belong to this library, which brings none to the server yet";
const recovery = "Patroni decides what a server follows and recovers, and leaves this out";

/** Settings that nobody can set here, and why. */
const owned: Readonly<Record<string, string>> = {
  bonjour: "the server is built without it",
  bonjour_name: "the server is built without it",
  config_file: files,
  data_directory: files,
  dynamic_library_path: files,
  event_source: "it is for Windows",
  extension_destdir: files,
  external_pid_file: files,
  hba_file: files,
  ident_file: files,
  krb_server_keyfile: files,
  local_preload_libraries: "the image holds none that this setting could load; use session_preload_libraries",
  ssl: certificates,
  ssl_ca_file: certificates,
  ssl_cert_file: certificates,
  ssl_crl_dir: certificates,
  ssl_crl_file: certificates,
  ssl_dh_params_file: certificates,
  ssl_key_file: certificates,
  ssl_passphrase_command: certificates,
  ssl_passphrase_command_supports_reload: certificates,
  transaction_deferrable: "it is of a single transaction; use default_transaction_deferrable",
  transaction_isolation: "it is of a single transaction; use default_transaction_isolation",
  transaction_read_only: "it is of a single transaction",
  unix_socket_directories: socket,
  unix_socket_group: socket,
  unix_socket_permissions: socket,
  // Named by what sets it, where that is not Patroni alone.
  cluster_name: "it is the name of the cluster",
  listen_addresses: "every member listens on all of its addresses; who may connect is said by the access rules",
  port: "members listen on 5432; the ports that clients see are the balancer's",
  synchronous_standby_names: "Patroni sets it from the synchronous mode; use synchronousMode and synchronousNodeCount",
};

/** Why a setting cannot be set here; `undefined` where it can. */
export function ownedBecause(name: string): string | undefined {
  if (Object.hasOwn(owned, name)) return owned[name];
  return patroniControl(name) === "owned" ? recovery : undefined;
}

interface RefusedValue {
  refuses(value: SettingValue): boolean;
  /** What is wrong with it, and the way out. */
  readonly because: string;
}

const isOff = (value: SettingValue) => readBool(value) === false;
const isOn = (value: SettingValue) => readBool(value) === true;
const is = (word: string) => (value: SettingValue) => String(value).toLowerCase() === word;
const losesRows = "a crash would lose or damage rows that were acknowledged; leave it on";

/** Values that the server takes, and that a cluster must not have. */
const refused: Readonly<Record<string, RefusedValue>> = {
  data_sync_retry: { refuses: isOn, because: "a failed write to disk would be taken for done; leave it off" },
  default_transaction_read_only: {
    refuses: isOn,
    because:
      "this library could not make roles and databases; set it for a role or a database, with ALTER ROLE or ALTER DATABASE",
  },
  fsync: { refuses: isOff, because: losesRows },
  full_page_writes: { refuses: isOff, because: losesRows },
  hot_standby: { refuses: isOff, because: "Patroni keeps it on, and replicas could serve no reads; leave it on" },
  huge_pages: {
    refuses: isOn,
    because: "the server would not start where the host has too few; use try, which takes them where there are",
  },
  jit_provider: { refuses: (value) => value !== "llvmjit", because: "there is no other; use llvmjit" },
  password_encryption: {
    refuses: is("md5"),
    because: "the access rules ask for SCRAM, which no such password passes; use scram-sha-256",
  },
  session_replication_role: {
    refuses: is("replica"),
    because: "foreign keys and triggers would be off for everybody; set it in the session that loads data",
  },
  wal_level: { refuses: is("minimal"), because: "replicas need more WAL; use replica or logical" },
};

export function refusedBecause(name: string, value: SettingValue): string | undefined {
  const rule = Object.hasOwn(refused, name) ? refused[name] : undefined;
  return rule?.refuses(value) ? rule.because : undefined;
}
