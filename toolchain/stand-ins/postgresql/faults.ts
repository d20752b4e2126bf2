/** What `pg` and Node report about a failed statement or connection. */
interface Fault {
  readonly code: string;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
}

// 08xxx: the connection failed, 08P01 among them: PgBouncer's "server login has been failing". 25006: a standby, seen for a
// moment after a failover. 57P01 to 57P03: the server shuts down, crashed or starts up. 53300: too many connections.
// XX000 is not here: see `isCollision`.
const passingCodes = new Set([
  ...["08000", "08001", "08003", "08004", "08006", "08P01", "25006", "57P01", "57P02", "57P03", "53300"],
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH"],
]);

const passingMessages = /Connection terminated|timeout expired|Connection ended|not queryable/;

/** The SQLSTATE or the system's error code, "" where there is none. */
export function codeOf(error: unknown): string {
  return faultOf(error).code;
}

/** True for what goes away by itself: a server that starts, a failover, a connection that broke. */
export function isPassing(error: unknown): boolean {
  const fault = faultOf(error);
  return passingCodes.has(fault.code) || (fault.code === "" && passingMessages.test(fault.message));
}

const sameCatalogRow = /tuple concurrently (updated|deleted)|duplicate key value violates unique constraint "pg_/;

/** True where two sessions made or changed one catalog row, or waited for each other: the transaction can simply run again. */
export function isCollision(error: unknown): boolean {
  const fault = faultOf(error);
  return fault.code === "40001" || fault.code === "40P01" || sameCatalogRow.test(fault.message);
}

/** The fault in words, with none of the secrets that PostgreSQL might have repeated in it. */
export function describe(error: unknown, secrets: readonly (string | undefined)[]): string {
  const fault = faultOf(error);
  const state = /^[0-9A-Z]{5}$/.test(fault.code) && !fault.code.startsWith("E") ? ` (SQLSTATE ${fault.code})` : "";
  const parts = [`${fault.message}${state}`, fault.detail, fault.hint].filter(
    (part) => part !== undefined && part !== "",
  );
  return redact(parts.map((part) => part?.replace(/\.$/, "")).join(". "), secrets);
}

export function redact(message: string, secrets: readonly (string | undefined)[]): string {
  return secrets.reduce<string>((shown, secret) => (secret ? shown.replaceAll(secret, "[secret]") : shown), message);
}

function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { code: "", message: String(error), detail: undefined, hint: undefined };
  // Node wraps the attempts for each address of a name (IPv4, IPv6) into one error without a message.
  if (error instanceof AggregateError && error.errors.length > 0) return faultOf(error.errors[0]);
  const { code, detail, hint } = error as Error & { code?: unknown; detail?: unknown; hint?: unknown };
  return {
    code: typeof code === "string" ? code : "",
    message: error.message,
    detail: typeof detail === "string" ? detail : undefined,
    hint: typeof hint === "string" ? hint : undefined,
  };
}
