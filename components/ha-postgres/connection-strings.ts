import type { Endpoint } from "../../platforms/service.ts";

/** A connection URI as libpq and every driver take it. The password must hold nothing that a URI escapes. */
export function connectionString({ host, port }: Endpoint, database: string, user: string, password: string): string {
  return `postgresql://${user}:${password}@${host}:${port}/${database}`;
}
