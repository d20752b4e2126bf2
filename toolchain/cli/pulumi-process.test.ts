import { setTimeout as sleep } from "node:timers/promises";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { expect, it } from "vitest";
import { Interruption } from "./interruption.ts";
import { runnerFrom } from "./pulumi-process.ts";

it("knows when every process has ended, also one whose caller waits no more", async () => {
  const interruption = new Interruption(
    () => {},
    () => {},
  );
  const runner = runnerFrom({ command: "sh" } as PulumiCommand, interruption);
  let over = false;
  const abandoned = runner
    .run(["-c", "sleep 0.3; exit 3"], ".", {})
    .catch(() => undefined)
    .then(() => {
      over = true;
    });
  await sleep(50);
  expect(over).toBe(false);
  await runner.ended();
  await abandoned;
  expect(over).toBe(true);
  await runner.ended();
});
