import type { CallContext, Properties, ResourceType } from "../../toolchain/stand-ins/framework/types.ts";
import { connectionOf, identifier, lockFor, plainServerOf, type Session, withoutTheWay } from "../sql/connection.ts";
import { ensureSupport } from "../sql/support/index.ts";
import { grantToOwner } from "./register.ts";

/** The three that belong together, in a schema of the user's. */
export const partitionFunctions: ResourceType<unknown> = {
  inputs: ["database", "schema"],
  required: ["database", "schema"],
  replaceOn: ["schema"],
  canonical: withoutTheWay,

  async create(_client, properties, context) {
    await settle(properties, context);
    return { id: `${connectionOf(properties).database}/${properties.schema}`, outputs: properties };
  },

  async read(_client, id, state, context, inputs) {
    const properties = Object.keys(inputs).length === 0 ? state : inputs;
    const [found] = await plainServerOf(connectionOf(properties), context).session({
      purpose: `read the partition functions of schema ${properties.schema}`,
      run: (session) =>
        session.query<{ there: boolean }>(
          `SELECT to_regclass($1 || '.partition_metadata') IS NOT NULL AND to_regprocedure($1 || '.get_partition_statistics()') IS NOT NULL
             AND to_regprocedure($1 || '.maintain_all_partitions()') IS NOT NULL AS there`,
          [identifier(String(properties.schema))],
        ),
    });
    return found?.there === true ? { id, outputs: state, inputs: properties } : undefined;
  },

  async update(_client, _id, _state, properties, context) {
    await settle(properties, context);
    return properties;
  },

  /** They hold no data. */
  async delete(_client, _id, state, context) {
    const schema = identifier(String(state.schema));
    await plainServerOf(connectionOf(state), context).transaction({
      purpose: `drop the partition functions of schema ${state.schema}`,
      async run(session) {
        await session.query(`DROP FUNCTION IF EXISTS ${schema}.maintain_all_partitions()`);
        await session.query(`DROP FUNCTION IF EXISTS ${schema}.get_partition_statistics()`);
        await session.query(`DROP VIEW IF EXISTS ${schema}.partition_metadata`);
      },
    });
  },
};

async function settle(properties: Properties, context: CallContext): Promise<void> {
  const connection = connectionOf(properties);
  const schema = String(properties.schema);
  const server = plainServerOf(connection, context);
  const purpose = `make the partition functions of schema ${schema}`;
  await server.transaction({ purpose, run: ensureSupport });
  await server.transaction({
    purpose,
    async run(session: Session) {
      await lockFor(session, `partition functions of ${schema}`);
      await session.query("SET LOCAL search_path = pg_catalog, pg_temp");
      await grantToOwner(session, connection);
      for (const statement of functionsIn(schema, connection.owner)) await session.query(statement);
    },
  });
}

/** The statements that make them, in order. */
export function functionsIn(schemaName: string, ownerName: string): readonly string[] {
  const schema = identifier(schemaName);
  const owner = identifier(ownerName);
  return [
    `CREATE OR REPLACE VIEW ${schema}.partition_metadata AS
SELECT t.schema_name::text AS schema_name, t.table_name::text AS table_name, c.relname::text AS partition_name,
  CASE WHEN t.unit <> 'range' THEN to_timestamp(p.lower::float8) END AS partition_start,
  CASE WHEN t.unit <> 'range' THEN to_timestamp(p.upper::float8) END AS partition_end,
  CASE WHEN t.unit = 'range' THEN p.lower END AS first_value,
  CASE WHEN t.unit = 'range' THEN p.upper - 1 END AS last_value,
  greatest(c.reltuples, 0)::bigint AS row_estimate,
  pg_total_relation_size(c.oid) AS size_bytes
FROM postgres_ha.partitioned_tables t
CROSS JOIN LATERAL postgres_ha.partition_children(to_regclass(format('%I.%I', t.schema_name, t.table_name))) p
JOIN pg_catalog.pg_class c ON c.oid = p.child
WHERE NOT p.is_default`,
    `COMMENT ON VIEW ${schema}.partition_metadata IS 'The partitions of all tables that are maintained here, with their bounds; DEFAULT is in postgres_ha.partition_runway'`,
    `ALTER VIEW ${schema}.partition_metadata OWNER TO ${owner}`,
    `CREATE OR REPLACE FUNCTION ${schema}.get_partition_statistics()
RETURNS TABLE (table_name text, partition_count bigint, oldest_partition date, newest_partition date, total_size_mb numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.table_name, count(*), (min(m.partition_start) AT TIME ZONE 'UTC')::date, (max(m.partition_end) AT TIME ZONE 'UTC')::date,
    round(sum(m.size_bytes) / 1024.0 / 1024.0, 2)
  FROM ${schema}.partition_metadata m GROUP BY m.schema_name, m.table_name ORDER BY m.schema_name, m.table_name
$$`,
    `COMMENT ON FUNCTION ${schema}.get_partition_statistics() IS 'How many partitions each table has, from when to when (UTC), and how large they are'`,
    `ALTER FUNCTION ${schema}.get_partition_statistics() OWNER TO ${owner}`,
    `CREATE OR REPLACE FUNCTION ${schema}.maintain_all_partitions()
RETURNS TABLE (action text, table_name text, partition_name text, details text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM postgres_ha.maintain_all_partitions()
$$`,
    `COMMENT ON FUNCTION ${schema}.maintain_all_partitions() IS 'Makes the partitions that are missing and removes those that are no longer kept, of all tables, at once; the schedule does the same. Partitions to be archived wait for the schedule'`,
    `ALTER FUNCTION ${schema}.maintain_all_partitions() OWNER TO ${owner}`,
    `REVOKE ALL ON FUNCTION ${schema}.maintain_all_partitions() FROM PUBLIC`,
  ];
}
