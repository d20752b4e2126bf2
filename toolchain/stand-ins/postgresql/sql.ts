/** A name as PostgreSQL takes it literally, whatever characters it holds. */
export function identifier(name: string): string {
  refuseZero(name);
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text constant that means the same under either setting of `standard_conforming_strings`. */
export function literal(value: string): string {
  refuseZero(value);
  const quoted = `'${value.replaceAll("'", "''")}'`;
  return quoted.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

// The wire protocol ends texts at a zero byte: what follows it would be dropped in silence.
function refuseZero(value: string): void {
  if (value.includes("\0")) throw new Error("a name or value holds a zero byte, which PostgreSQL can't store");
}
