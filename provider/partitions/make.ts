import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { identifier, literal, type Session } from "../sql/connection.ts";
import { type Declared, tableOf } from "./inputs.ts";
import { patiently } from "./patiently.ts";

interface Step {
  readonly phase: string;
  readonly after: string | null;
  readonly action: string | null;
  readonly partition: string | null;
  readonly details: string | null;
  readonly ok: boolean;
}

/** Makes what is missing, one transaction for each partition. What could not be made is one error at the end. */
export async function makePartitions(session: Session, declared: Declared, context: CallContext): Promise<void> {
  const problems: string[] = [];
  let step = await nextStep(session, declared, null);
  while (step.phase === "make") {
    if (step.action === "CREATE") context.log(`partition ${step.partition}: ${step.details}`);
    if (!step.ok) problems.push(`${step.partition}: ${step.details}`);
    step = await nextStep(session, declared, step.after);
  }
  if (!step.ok && step.action === "ERROR") problems.push(String(step.details));
  if (problems.length > 0) {
    throw new UserError(
      `table ${declared.schema}.${declared.table} has not all of its partitions:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
  }
}

async function nextStep(session: Session, { schema, table }: Declared, after: string | null): Promise<Step> {
  const [step] = await session.query<{ [Key in keyof Step]: Step[Key] }>(
    "SELECT phase, after, action, partition, details, ok FROM postgres_ha.partition_step($1, $2, 'make', $3)",
    [schema, table, after],
  );
  if (step === undefined) throw new UserError(`table ${schema}.${table} is not registered`);
  return step;
}

/** What the next maintenance removes is said by name, while there is time to keep it. */
export async function tellWhatExpires(session: Session, declared: Declared, context: CallContext): Promise<void> {
  const { schema, table, retention, schedule } = declared;
  if (retention === undefined) return;
  const rows = await session.query<{ name: string }>(
    `SELECT c.relname AS name FROM postgres_ha.partition_expired(postgres_ha.partition_registered($1::regclass)) e
     JOIN pg_class c ON c.oid = e.child ORDER BY e.upper`,
    [tableOf(declared)],
  );
  if (rows.length === 0) return;
  const fate = { drop: "dropped with their rows", detach: "detached", archive: "archived and dropped" }[
    retention.action
  ];
  const names = rows.map(({ name }) => name).join(", ");
  context.tell(
    `${schema}.${table}: ${rows.length} partitions are older than the ${retention.keep} that are kept, and will be ${fate} by the next maintenance ("${schedule}", UTC): ${names}`,
  );
}

/** Makes the DEFAULT partition, or removes it where it is empty. */
export async function settleDefault(session: Session, declared: Declared): Promise<void> {
  const [found] = await session.query<{ name: string }>(
    "SELECT c.relname AS name FROM postgres_ha.partition_children($1::regclass) p JOIN pg_class c ON c.oid = p.child WHERE p.is_default",
    [tableOf(declared)],
  );
  if ((found !== undefined) === declared.defaultPartition) return;
  if (found === undefined) await addDefault(session, declared);
  else await removeDefault(session, declared, found.name);
}

async function addDefault(session: Session, declared: Declared): Promise<void> {
  const name = literal(`${declared.table}_default`);
  await patiently(
    session,
    `SELECT postgres_ha.partition_add(${literal(tableOf(declared))}::regclass, ${name}, 'DEFAULT')`,
  );
}

async function removeDefault(session: Session, declared: Declared, name: string): Promise<void> {
  const full = `${identifier(declared.schema)}.${identifier(name)}`;
  const rows = `SELECT count(*) FROM (SELECT FROM ONLY ${full} LIMIT 10000) AS few`;
  await patiently(
    session,
    `DO ${literal(`DECLARE found bigint; BEGIN
  LOCK TABLE ONLY ${tableOf(declared)}, ${full} IN ACCESS EXCLUSIVE MODE;
  found := postgres_ha.partition_read(${literal(rows)});
  IF found > 0 THEN
    RAISE EXCEPTION '% rows are in %, so it stays', CASE found WHEN 10000 THEN '10000 or more' ELSE found::text END, ${literal(name)}
      USING HINT = 'CALL postgres_ha.move_default_rows(''${declared.schema}.${declared.table}'') moves them into partitions; or declare defaultPartition: true';
  END IF;
  ALTER TABLE ${tableOf(declared)} DETACH PARTITION ${full};
  DROP TABLE ${full};
END`)}`,
  );
}
