import { expect, it } from "vitest";
import { halfRemovedIn, unfinishedIn } from "./unfinished.ts";

const labels = [{ label: "stack", value: "pgha-local" }];
const creating = (module: string, kind: string, inputs: Record<string, unknown>, type = "creating") => ({
  type,
  resource: { urn: `urn:${kind}:${JSON.stringify(inputs)}`, type: `docker:index/${module}:${kind}`, inputs },
});
const container = creating("container", "Container", { name: "db-1", labels });

it("finds what a killed run had begun to make, containers first", () => {
  const pending_operations = [
    creating("volume", "Volume", { name: "data", labels }),
    creating("network", "Network", { name: "net", labels }),
    container,
  ];
  const stack = { stack: "pgha-local" };
  expect(unfinishedIn({ deployment: { pending_operations } })).toEqual([
    { kind: "Container", name: "db-1", labels: stack },
    { kind: "Network", name: "net", labels: stack },
    { kind: "Volume", name: "data", labels: stack },
  ]);
});

it("leaves out what the state has by now, what was not a creation, and what nothing tells from others'", () => {
  const pending_operations = [
    container,
    creating("container", "Container", { name: "db-2", labels }, "deleting"),
    creating("container", "Container", { name: "db-3" }),
    creating("remoteImage", "RemoteImage", { name: "image:1", labels }),
  ];
  const { urn } = container.resource;
  expect(unfinishedIn({ deployment: { resources: [{ urn }], pending_operations } })).toEqual([]);
  expect(unfinishedIn({ deployment: {} })).toEqual([]);
});

it("finds what a killed run was removing, as far as it is known", () => {
  const deleting = creating("container", "Container", { name: "db-1" }, "deleting");
  const gone = creating("container", "Container", { name: "db-2" }, "deleting");
  const { urn } = deleting.resource;
  const pending_operations = [deleting, deleting, gone, container];
  expect(halfRemovedIn({ deployment: { resources: [{ urn }], pending_operations } })).toEqual([urn]);
});
