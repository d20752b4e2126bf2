import { expect, it } from "vitest";
import { withoutUnread } from "./unread-traces.ts";

const frames = (name: string) => [{ getFunctionName: () => name }] as NodeJS.CallSite[];
const prepare = withoutUnread(() => "looked up");

it("looks nothing up for the traces of the SDK's promises", () => {
  expect(prepare(new Error("no"), frames("debuggablePromise"))).toBe("Error: no");
});

it("leaves every other trace as it is", () => {
  expect(prepare(new Error("no"), frames("main"))).toBe("looked up");
  expect(prepare(new Error("no"), [])).toBe("looked up");
});

it("knows the SDK's function by its name", async () => {
  const sdk: object = await import("@pulumi/pulumi/runtime/debuggable.js");
  expect(sdk).toMatchObject({ debuggablePromise: { name: "debuggablePromise" } });
});
