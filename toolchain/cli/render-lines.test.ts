import { describe, expect, it } from "vitest";
import type { ResourceEvent, RunEvent } from "./events.ts";
import { InProgress } from "./in-progress.ts";
import { renderJson } from "./render-json.ts";
import { describeChanges, duration, renderLine } from "./render-lines.ts";
import { shortType } from "./resource-names.ts";

const resource = (more: Partial<ResourceEvent>): ResourceEvent => ({
  type: "resource",
  op: "create",
  state: "done",
  name: "db-1",
  resourceType: "docker:index/container:Container",
  urn: "urn:pulumi:local::p::docker:index/container:Container::db-1",
  planned: false,
  elapsedMs: 4200,
  durationMs: 1300,
  ...more,
});

describe("an event as a line", () => {
  it.each<[RunEvent, string | undefined]>([
    [resource({}), "   4.2s  + docker:Container db-1 created (1.3s)"],
    [resource({ op: "update", changed: ["image"] }), "   4.2s  ~ docker:Container db-1 updated [image] (1.3s)"],
    [resource({ op: "replace", durationMs: 0 }), "   4.2s  ± docker:Container db-1 replaced"],
    [resource({ op: "delete" }), "   4.2s  - docker:Container db-1 deleted (1.3s)"],
    [resource({ planned: true }), "   4.2s  + docker:Container db-1 would be created"],
    [resource({ state: "failed" }), "   4.2s  ! docker:Container db-1 not created (1.3s)"],
    [resource({ state: "start" }), undefined],
    [resource({ component: true }), undefined],
    [resource({ op: "refresh", drift: "none" }), undefined],
    [resource({ op: "refresh", drift: "gone" }), "   4.2s  - docker:Container db-1 is gone"],
    [
      resource({ op: "refresh", drift: "changed", changed: ["envs"] }),
      "   4.2s  ~ docker:Container db-1 changed outside of Pulumi [envs]",
    ],
    [
      { type: "diagnostic", severity: "error", text: "one\ntwo", name: "db-1", elapsedMs: 1 },
      "   0.0s  error: db-1: one\n         two",
    ],
    [{ type: "diagnostic", severity: "info", text: "hello", elapsedMs: 1 }, "   0.0s  hello"],
    [{ type: "step", step: "Base image", state: "start", elapsedMs: 1 }, undefined],
    [
      { type: "step", step: "Base image", state: "line", text: "debootstrap", elapsedMs: 1 },
      "   0.0s  Base image: debootstrap",
    ],
    [
      { type: "step", step: "Base image", state: "done", text: "built", elapsedMs: 61_000, durationMs: 60_900 },
      "  1m01s  Base image: built (1m01s)",
    ],
    [
      { type: "step", step: "Base image", state: "failed", text: "told later", elapsedMs: 1000, durationMs: 900 },
      "   1.0s  Base image: failed (0.9s)",
    ],
    [
      { type: "summary", planned: false, changes: { create: 2, same: 1 }, elapsedMs: 0 },
      "   0.0s  2 created, 1 unchanged",
    ],
  ])("%j", (event, line) => {
    expect(renderLine(event)).toBe(line);
  });
});

it.each([
  [{ same: 4 }, false, "no changes, 4 unchanged"],
  [{}, true, "no changes"],
  [{ create: 1, delete: 2 }, true, "1 to create, 2 to delete"],
])("counts %j", (changes, planned, text) => {
  expect(describeChanges(changes, planned)).toBe(text);
});

it.each([
  [0, "0.0s"],
  [59_900, "59.9s"],
  [59_999, "1m00s"],
  [3_723_000, "62m03s"],
])("shows %d ms as %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it.each([
  ["docker:index/container:Container", "docker:Container"],
  ["kubernetes:apps/v1:Deployment", "kubernetes:apps:Deployment"],
  ["postgres-ha:index:Cluster", "postgres-ha:Cluster"],
])("shortens %s to %s", (type, text) => {
  expect(shortType(type)).toBe(text);
});

describe("what is in progress", () => {
  it("is one line that fits the terminal, the longest first", () => {
    const progress = new InProgress();
    progress.note(resource({ state: "start", elapsedMs: 2000 }));
    progress.note({ type: "step", step: "Base image", state: "start", elapsedMs: 1000 });
    expect(progress.tick(3000, 100)).toBe("   3.0s  … Base image 2.0s, docker:Container db-1 1.0s");
    expect(progress.tick(3000, 20)).toBe("   3.0s  … Base ima…");
    progress.note(resource({}));
    progress.note({ type: "step", step: "Base image", state: "done", elapsedMs: 3000 });
    expect(progress.tick(3000, 100)).toBeUndefined();
  });

  it("is mentioned in a log now and then", () => {
    const progress = new InProgress();
    progress.note(resource({ state: "start", elapsedMs: 0 }));
    expect(progress.reminders(14_000)).toEqual([]);
    expect(progress.reminders(15_000)).toEqual(["  15.0s  … docker:Container db-1, for 15.0s now"]);
    expect(progress.reminders(16_000)).toEqual([]);
  });
});

it("renders an event as one line of JSON", () => {
  const text = renderJson({ type: "diagnostic", severity: "info", text: "a\nb", elapsedMs: 1 });
  expect(text).toBe('{"type":"diagnostic","severity":"info","text":"a\\nb","elapsedMs":1}\n');
});
