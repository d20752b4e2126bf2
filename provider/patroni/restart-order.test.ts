import { describe, expect, it } from "vitest";
import { nextRestart } from "./restart-order.ts";
import type { MemberView } from "./view.ts";

const leader = (more: Partial<MemberView> = {}): MemberView => ({
  name: "one",
  role: "leader",
  state: "running",
  ...more,
});
const replica = (name: string, more: Partial<MemberView> = {}): MemberView => ({
  name,
  role: "quorum_standby",
  state: "streaming",
  lag: 0,
  ...more,
});
const pending = { pending_restart: true };
const next = (members: readonly MemberView[], restarted: readonly string[] = []) => nextRestart({ members }, restarted);

describe("the order of restarts", () => {
  it("is empty where nothing is pending", () => {
    expect(next([leader(), replica("two")])).toEqual({ kind: "done" });
  });

  it("begins with a replica, and goes to the leader when the replicas are done", () => {
    const members = [leader(pending), replica("two", pending), replica("three", pending)];
    expect(next(members)).toEqual({ kind: "restart", member: "two" });
    expect(next([leader(pending), replica("two"), replica("three", pending)], ["two"])).toEqual({
      kind: "restart",
      member: "three",
    });
    expect(next([leader(pending), replica("two"), replica("three")], ["two", "three"])).toEqual({
      kind: "restart",
      member: "one",
    });
  });

  it.each([
    ["a replica is starting", replica("three", { state: "starting" })],
    ["a replica lags", replica("three", { lag: 1e9 })],
    ["nobody knows its lag", replica("three", { lag: "unknown" })],
  ])("waits while %s", (_, third) => {
    expect(next([leader(pending), replica("two"), third])).toMatchObject({
      kind: "wait",
      why: expect.stringContaining("three does not follow"),
    });
  });

  it("waits while there is no leader", () => {
    expect(next([replica("two", pending)])).toMatchObject({ kind: "wait", why: expect.stringContaining("no leader") });
    expect(next([leader({ state: "starting", ...pending })])).toMatchObject({ kind: "wait" });
    expect(next([])).toMatchObject({ kind: "wait", why: expect.stringContaining("no member") });
  });

  it("comes back to replicas that can take a lowered value only after the leader", () => {
    const stay = [replica("two", pending), replica("three", pending)];
    expect(next([leader(pending), ...stay], ["two", "three"])).toEqual({ kind: "restart", member: "one" });
    expect(next([leader(), ...stay], ["two", "three", "one"])).toEqual({ kind: "restart", member: "two" });
    expect(next([leader(), replica("two"), replica("three", pending)], ["two", "three", "one", "two"])).toEqual({
      kind: "restart",
      member: "three",
    });
    expect(next([leader(), ...stay], ["two", "three", "one", "two", "three"])).toMatchObject({ kind: "wait" });
  });

  it("restarts the only member there is", () => {
    expect(next([leader(pending)])).toEqual({ kind: "restart", member: "one" });
  });
});
