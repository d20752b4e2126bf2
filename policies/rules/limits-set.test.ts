import { expect, it } from "vitest";
import { unknown } from "../graph/values.ts";
import { container, problemsOf, sample, statefulSet } from "../sample.ts";
import { limitsSet } from "./limits-set.ts";

const pod = (resources: Record<string, unknown>) =>
  statefulSet({ containers: [{ name: "postgres", resources: resources as never }] });

it("refuses a container that may take all memory", () => {
  expect(problemsOf(limitsSet, container({}), container({ memory: 0 }))).toHaveLength(2);
  expect(problemsOf(limitsSet, pod({}), pod({ requests: { memory: "1Gi" } }))).toEqual(
    Array(2).fill(expect.stringContaining("resources.limits.memory of container postgres is not set")),
  );
});

it("accepts one with a limit, also one that is not known yet, and what is no container", () => {
  const accepted = [container({ memory: 64 }), container({ memory: unknown }), pod({ limits: { memory: "1Gi" } })];
  expect(problemsOf(limitsSet, ...accepted, sample("docker:index/volume:Volume", {}))).toEqual([]);
});
