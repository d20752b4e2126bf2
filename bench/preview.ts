import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../test/support/command.ts";
import { OwnProgram } from "../test/support/own-program.ts";
import { median, spread } from "./statistics.ts";

const counts = [1, 10, 25, 50] as const;
const most = counts[counts.length - 1] as number;

/** Milliseconds that a preview of the most clusters may take. */
const bound = 30_000;
/** How much more than an earlier cluster a later one may cost before growth no longer counts as linear: twice is far from it, noise is not. */
const linear = 1.5;

interface Preview {
  readonly wall: number;
  /** Of all processors; undefined where the system does not tell. */
  readonly processor: number | undefined;
  readonly resources: number;
}

/** Previews of programs with more and more clusters, nothing of which is there yet; of the largest also under the policies. */
export async function benchPreview(runs: number): Promise<Record<string, unknown>> {
  const program = await OwnProgram.open("bench/many-clusters", process.env);
  const previews = new Map<number, Preview[]>(counts.map((count) => [count, []]));
  const judged: Preview[] = [];
  try {
    // The first preview of all makes what is cached.
    await preview(program, 1);
    for (let turn = 1; turn <= runs; turn++) {
      for (const count of counts) previews.get(count)?.push(await preview(program, count));
      judged.push(await preview(program, most, "--policy-pack", join(root, "policies")));
      console.error(
        `run ${turn}: ${counts.map((count) => `${count}: ${JSON.stringify(previews.get(count)?.at(-1))}`).join(", ")}`,
      );
    }
  } finally {
    await program.remove();
  }
  return figures(runs, previews, judged);
}

function figures(
  runs: number,
  previews: ReadonlyMap<number, readonly Preview[]>,
  judged: readonly Preview[],
): Record<string, unknown> {
  const of = <Value>(count: number, value: (preview: Preview) => Value) => (previews.get(count) ?? []).map(value);
  const wall = (count: number) => median(of(count, (preview) => preview.wall));
  const cost = (from: number, to: number) => (wall(to) - wall(from)) / (to - from);
  const [first, , middle] = counts;
  const growth = cost(middle, most) / cost(first, middle);
  const kept = wall(most) <= bound && growth <= linear;
  if (!kept) process.exitCode = 1;
  const rows = counts.map((count) => {
    const resources = Math.max(...of(count, (preview) => preview.resources));
    const what = count === 1 ? "1 cluster" : `${count} clusters`;
    return [`${what}, ${resources} resources`, times(previews.get(count) ?? [])];
  });
  return {
    runs,
    ...Object.fromEntries(rows),
    [`${most} clusters under the policies`]: times(judged),
    "each cluster after the first": `${(cost(first, most) / 1000).toFixed(2)} s`,
    "a late cluster against an early one": growth.toFixed(2),
    [`${most} clusters against 1`]: (wall(most) / wall(first)).toFixed(1),
    [`bound, ${bound / 1000} s and linear`]: kept ? "kept" : "missed",
  };
}

const times = (previews: readonly Preview[]): string =>
  `${spread(previews.map(({ wall }) => wall))}, processors ${spread(previews.map(({ processor }) => processor ?? Number.NaN))}`;

async function preview(program: OwnProgram, count: number, ...options: string[]): Promise<Preview> {
  const before = await processorTime();
  const { created, seconds } = await program.preview(count, ...options);
  const after = await processorTime();
  return {
    wall: seconds * 1000,
    processor: before === undefined || after === undefined ? undefined : after - before,
    resources: created,
  };
}

/** Milliseconds that the processes which this one has started, and theirs, have used until they ended. */
async function processorTime(): Promise<number | undefined> {
  try {
    const stat = await readFile("/proc/self/stat", "utf8");
    // From the third field on; the sixteenth and seventeenth are of the children, in hundredths of a second.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return undefined;
  }
}
