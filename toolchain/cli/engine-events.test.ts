import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { describe, expect, it } from "vitest";
import { engineEventReader } from "./engine-events.ts";

const container = "docker:index/container:Container";
const urnOf = (type: string, name: string): string => `urn:pulumi:local::project::${type}::${name}`;

const about = (op: string, type = container, more: Partial<StepEventMetadata> = {}): StepEventMetadata =>
  ({ op, type, urn: urnOf(type, "db-1"), provider: "", new: { custom: true }, ...more }) as StepEventMetadata;
const event = (content: Partial<EngineEvent>): EngineEvent => ({ sequence: 0, timestamp: 0, ...content });
const begin = (metadata: StepEventMetadata, planning = false) => event({ resourcePreEvent: { metadata, planning } });
const end = (metadata: StepEventMetadata, planning = false) => event({ resOutputsEvent: { metadata, planning } });
const diagnostic = (severity: string, message: string, more = {}) =>
  event({
    diagnosticEvent: { severity, message, color: "never", ...more } as NonNullable<EngineEvent["diagnosticEvent"]>,
  });

function readAll(...events: EngineEvent[]) {
  let now = 0;
  const read = engineEventReader(() => {
    now += 100;
    return now;
  });
  return events.flatMap(read);
}

describe("resources", () => {
  it.each([
    ["create", "create"],
    ["update", "update"],
    ["delete", "delete"],
    ["create-replacement", "replace"],
    ["delete-replaced", "delete"],
    ["import", "import"],
  ])("%s is told as %s, with its time", (op, told) => {
    expect(readAll(begin(about(op)), end(about(op)))).toMatchObject([
      { type: "resource", op: told, state: "start", name: "db-1", resourceType: container, elapsedMs: 100 },
      { type: "resource", op: told, state: "done", elapsedMs: 200, durationMs: 100, planned: false },
    ]);
  });

  it.each([
    ["what stays as it is", about("same")],
    ["the logical half of a replacement", about("replace")],
    ["the stack itself", about("create", "pulumi:pulumi:Stack")],
    ["a provider", about("create", "pulumi:providers:docker")],
  ])("leaves out %s", (_, metadata) => {
    expect(readAll(begin(metadata), end(metadata))).toEqual([]);
  });

  it("does not alarm in a preview with the deletion that ends a replacement", () => {
    expect(readAll(begin(about("delete-replaced"), true), end(about("delete-replaced"), true))).toEqual([]);
    expect(readAll(begin(about("delete-replaced")), end(about("delete-replaced")))[1]).toMatchObject({
      replaced: true,
    });
  });

  it("says that an operation failed", () => {
    const failed = event({ resOpFailedEvent: { metadata: about("create"), status: 0, steps: 0 } });
    expect(readAll(begin(about("create")), failed).at(-1)).toMatchObject({ state: "failed", durationMs: 100 });
  });

  it("marks a component, which groups others", () => {
    const component = about("create", "postgres-ha:index:Cluster", {
      new: {} as NonNullable<StepEventMetadata["new"]>,
    });
    expect(readAll(begin(component))).toMatchObject([{ component: true }]);
    expect(readAll(begin(about("create")))[0]).not.toHaveProperty("component");
  });

  it("marks a preview, and names changed properties without their values", () => {
    const detailedDiff = { image: { diffKind: "update", inputDiff: true } } as unknown as NonNullable<
      StepEventMetadata["detailedDiff"]
    >;
    const metadata = about("update", container, { detailedDiff });
    expect(readAll(begin(metadata, true), end(metadata, true))[1]).toMatchObject({ planned: true, changed: ["image"] });
  });

  it.each([
    ["same", "none"],
    ["update", "changed"],
    ["delete", "gone"],
  ])("a refresh that ends with %s found it %s", (op, drift) => {
    expect(readAll(begin(about("refresh")), end(about(op)))[1]).toMatchObject({ op: "refresh", drift });
  });

  it("never passes on values", () => {
    const secret = { inputs: {}, outputs: { result: "hunter2" } } as unknown as NonNullable<StepEventMetadata["new"]>;
    const metadata = about("create", container, { new: secret });
    expect(JSON.stringify(readAll(begin(metadata), end(metadata)))).not.toContain("hunter2");
  });
});

describe("diagnostics", () => {
  it("are told once", () => {
    expect(readAll(diagnostic("warning", "look out\n"), diagnostic("warning", "look out\n"))).toEqual([
      { type: "diagnostic", severity: "warning", text: "look out", elapsedMs: 100 },
    ]);
  });

  it("name their resource", () => {
    expect(readAll(diagnostic("error", "no", { urn: urnOf(container, "db-1") }))).toMatchObject([{ name: "db-1" }]);
  });

  it.each([
    ["debugging, which carries secrets in clear", diagnostic("debug", "resp: hunter2")],
    ["where a plugin was found", diagnostic("warning", "using pulumi-resource-docker from $PATH at /usr/bin/x")],
    ["where the language host was found", diagnostic("warning", "using pulumi-language-nodejs from $PATH at /x")],
    ["that it failed, which the result says", diagnostic("error", "update failed\n")],
    ["progress of a resource", diagnostic("info", "pulling", { ephemeral: true })],
    ["nothing", diagnostic("info", "\n")],
  ])("leave out %s", (_, seen) => {
    expect(readAll(seen)).toEqual([]);
  });

  it("tell policy violations", () => {
    const policyEvent = {
      enforcementLevel: "mandatory" as const,
      policyPackName: "pack",
      policyName: "rule",
      message: "No greeting shouts.\nthis one does.\n",
      color: "never",
      policyPackVersion: "",
      policyPackVersionTag: "",
    };
    expect(readAll(event({ policyEvent }))).toMatchObject([
      { severity: "error", text: "policy pack/rule: No greeting shouts: this one does." },
    ]);
  });
});

it("passes the counts of the summary on", () => {
  const summaryEvent = {
    maybeCorrupt: false,
    durationSeconds: 1,
    resourceChanges: { same: 4 },
    policyPacks: {},
    isPreview: true,
  };
  expect(readAll(event({ summaryEvent }))).toEqual([
    { type: "summary", planned: true, changes: { same: 4 }, elapsedMs: 100 },
  ]);
});
