import { mustExecute } from "../test/support/docker.ts";
import { type Load, underLoad } from "../test/support/pgbench.ts";
import { type Outputs, TestStack } from "../test/support/stack.ts";
import { median, spread } from "./statistics.ts";

const docker = { portOffset: 31000 };
const members = ["postgres-1", "postgres-2", "postgres-3"];

interface Changed {
  readonly milliseconds: number;
  readonly load: Load;
  /** Members whose server was restarted. */
  readonly restarted: number;
}

/** One change of a setting on a running stack under pgbench, by `npm run up` from its start to its end; a preview comes before it, as people do. */
async function changed(stack: TestStack, { writeUrl }: Outputs, settings: Readonly<Record<string, unknown>>) {
  // What the case before has left behind is no part of this one.
  await stack.configure({ docker });
  await stack.up();
  await stack.configure({ docker, ...settings });
  const before = await startTimes(stack);
  let milliseconds = 0;
  const load = await underLoad(stack.container("postgres-1"), writeUrl, async () => {
    await stack.mustRun("preview");
    const started = performance.now();
    await stack.up();
    milliseconds = performance.now() - started;
  });
  const after = await startTimes(stack);
  return { milliseconds, load, restarted: after.filter((time, index) => time !== before[index]).length };
}

function startTimes(stack: TestStack): Promise<string[]> {
  const ask = ["psql", "-XAt", "-c", "SELECT pg_postmaster_start_time()"];
  return Promise.all(members.map((member) => mustExecute(stack.container(member), ask)));
}

/** A changed pool setting, `work_mem` and `max_connections`, each beside an `up` that changes nothing. */
export async function benchChange(runs: number): Promise<Record<string, unknown>> {
  const stack = new TestStack("bench-change");
  await stack.configure({ docker });
  try {
    await stack.up();
    const outputs = await stack.outputs();
    const cases = {
      "nothing changed": (_: number) => ({}),
      "default_pool_size, reload": (turn: number) => ({ pools: { write: { defaultPoolSize: 15 + (turn % 2) } } }),
      "work_mem, reload": (turn: number) => ({ cluster: { parameters: { work_mem: `${1 + (turn % 2)}MB` } } }),
      "max_connections, rolling restart": (turn: number) => ({
        cluster: { parameters: { max_connections: 190 + turn } },
      }),
    };
    const found: Record<string, Changed[]> = {};
    for (let turn = 0; turn < runs; turn++) {
      for (const [name, settings] of Object.entries(cases)) {
        const one = await changed(stack, outputs, settings(turn));
        found[name] = [...(found[name] ?? []), one];
        console.error(`run ${turn + 1}: ${name}: ${JSON.stringify(one)}`);
      }
    }
    const still = median((found["nothing changed"] ?? []).map(({ milliseconds }) => milliseconds));
    return Object.fromEntries(Object.entries(found).map(([name, all]) => [name, figuresOf(all, still)]));
  } finally {
    await stack.remove();
  }
}

function figuresOf(all: readonly Changed[], still: number): string {
  const times = all.map(({ milliseconds }) => milliseconds);
  const errors = all.map(({ load }) => load.errors.length);
  return [
    spread(times),
    `${(median(times) / still).toFixed(1)} times an up that changes nothing`,
    `client errors ${median(errors)} of 8, at most ${Math.max(...errors)}`,
    `members restarted ${Math.max(...all.map(({ restarted }) => restarted))}`,
  ].join("; ");
}
