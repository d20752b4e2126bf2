import { leftovers } from "../test/support/docker.ts";
import { OwnProgram } from "../test/support/own-program.ts";
import { median, spread } from "./statistics.ts";

const count = 500;
const name = "pgha-many-tables";

/** Seconds that a preview of so many tables may take, and that making them may add to an `up`. */
const bounds = { preview: 20, up: 180 };

/** So many partitioned tables in one program: previews of nothing yet, an `up` on a cluster that runs, and one that has nothing to do. */
export async function benchTables(runs: number): Promise<Record<string, unknown>> {
  const program = await OwnProgram.open("bench/many-tables", process.env);
  try {
    // The first preview of all makes what is cached.
    await program.preview(0);
    const previews: number[] = [];
    for (let run = 1; run <= runs; run++) {
      previews.push((await program.preview(count)).seconds);
      console.error(`preview ${run}: ${previews.at(-1)} s`);
    }
    const { alone, all, again, left } = await throughUps(program);
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
    const { unchanged = 0, ...changes } = again.changes;
    const kept =
      median(previews) <= bounds.preview &&
      all.seconds <= bounds.up &&
      all.changes.created === count &&
      Object.keys(changes).length === 0;
    if (!kept) process.exitCode = 1;
    return {
      [`preview of ${count} tables`]: spread(previews.map((seconds) => seconds * 1000)),
      "up of the cluster alone": `${alone.seconds.toFixed(0)} s`,
      [`up of ${count} tables on it`]: `${all.seconds.toFixed(0)} s, ${JSON.stringify(all.changes)}`,
      "up again": `${again.seconds.toFixed(0)} s, ${unchanged} unchanged, ${JSON.stringify(changes)} changed`,
      [`${bounds.preview} s, ${bounds.up} s and no change`]: kept ? "kept" : "missed",
    };
  } finally {
    await program.remove();
  }
}

async function throughUps(program: OwnProgram) {
  const up = async (tables: number) => {
    const done = await program.up(tables);
    console.error(`up with ${tables} tables: ${done.seconds} s, ${JSON.stringify(done.changes)}`);
    return done;
  };
  const ups = async () => ({ alone: await up(0), all: await up(count), again: await up(count) });
  const done = await ups().finally(() => program.destroy());
  return { ...done, left: await leftovers(name) };
}
