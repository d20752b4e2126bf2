/** The schema of a database that holds what the resources of this library keep and call. */
export const supportSchema = "postgres_ha";

/** Readable by monitoring; everything in it belongs to the superuser. */
export const foundation = `
CREATE SCHEMA IF NOT EXISTS postgres_ha;
REVOKE ALL ON SCHEMA postgres_ha FROM PUBLIC;
GRANT USAGE ON SCHEMA postgres_ha TO pg_monitor;
`;
