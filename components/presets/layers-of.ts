import { fromGoal, timingPaths } from "./goal.ts";
import { isPlain, type Layer, merged } from "./layers.ts";
import { sizes } from "./sizes.ts";

const workloads: readonly unknown[] = ["oltp", "olap", "mixed"];

/** Arguments of any shape, above what follows from them: the preset of their size, their workload and their goal. The lowest first. */
export function layersOf(given: readonly Layer[]): readonly Layer[] {
  const said = merged(given.map(({ values }) => values));
  if (!isPlain(said)) return given;
  const { workload, recoveryTimeGoal: goal } = said;
  const size = sizeIn(said);
  const below: Layer[] = [
    ...(size === undefined ? [] : [{ source: `preset ${size}`, values: sizes[size] }]),
    ...(workloads.includes(workload) ? [{ source: `workload ${workload}`, values: { cluster: { workload } } }] : []),
  ];
  if (!isGoal(goal)) return [...below, ...given];
  const sofar = merged([...below, ...given].map(({ values }) => values));
  return [...below, { source: `recoveryTimeGoal ${goal}`, values: fromGoal(goal, sofar) }, ...given];
}

/** The paths that nobody can know, because the size, the workload or the goal that decides them is none. */
export function undecided(given: readonly Layer[]): readonly (readonly string[])[] {
  const said = merged(given.map(({ values }) => values));
  if (!isPlain(said)) return [];
  const { workload, recoveryTimeGoal: goal } = said;
  return [
    ...(sizeIn(said) === undefined ? differing : []),
    ...(workload === undefined || workloads.includes(workload) ? [] : [["cluster", "workload"]]),
    ...(goal === undefined || isGoal(goal) ? [] : timingPaths),
  ].filter((path) => valueAt(said, path) === undefined);
}

/** What depends on the size. */
const differing = leavesOf(sizes.production).filter((path) => {
  return new Set(Object.values(sizes).map((preset) => valueAt(preset, path))).size > 1;
});

function sizeIn({ size = "laptop" }: Record<string, unknown>): keyof typeof sizes | undefined {
  return typeof size === "string" && Object.hasOwn(sizes, size) ? (size as keyof typeof sizes) : undefined;
}

function isGoal(goal: unknown): goal is number {
  return typeof goal === "number" && Number.isInteger(goal) && goal >= 1 && goal <= 3600;
}

function leavesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  return isPlain(value) ? Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key])) : [path];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isPlain(at) ? at[key] : undefined), value);
}
