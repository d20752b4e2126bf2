import { expect, it, vi } from "vitest";
import { HaPostgres } from "../../components/index.ts";
import { DockerPlatform } from "../../platforms/docker/index.ts";
import { declaredBy } from "../support/declared.ts";

// In an update the program waits for servers that are not there.
vi.mock("../../components/reachable/patience.ts", () => ({ untilIt: async () => undefined }));

/** Milliseconds of this process's own work, whatever else the machine does. */
async function workOf(clusters: number): Promise<number> {
  const before = process.cpuUsage();
  await declaredBy(
    () => {
      for (let number = 1; number <= clusters; number++) {
        const name = `cluster-${number}`;
        new HaPostgres(name, { platform: new DockerPlatform(name, { name }) });
      }
    },
    { preview: true },
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

it("five times as many clusters are about five times the work, not twenty-five", { timeout: 60_000 }, async () => {
  await workOf(1);
  const few = await workOf(3);
  const many = await workOf(15);
  expect(many / few).toBeLessThan(10);
});
