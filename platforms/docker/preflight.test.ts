import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { portHolder } from "./port-holder.ts";
import { published } from "./preflight.ts";

describe("the ports that a stack takes", () => {
  const write = { path: ["balancer", "ports", "write"], port: 6432 };
  const addresses = ["127.0.0.1", "::1"];

  it("are one for each instance, the first on the first address", () => {
    expect(published({ addresses, portOffset: 0 }, [{ ...write, instances: 2 }])).toEqual([
      { path: write.path, address: "127.0.0.1", port: 6432 },
      { path: write.path, address: "::1", port: 6432 },
    ]);
  });

  it("leave alone an address that no instance is published on", () => {
    const ports = published({ addresses, portOffset: 10000 }, [{ ...write, instances: 1 }]);
    expect(ports).toEqual([{ path: write.path, address: "127.0.0.1", port: 16432 }]);
  });

  it("end with the addresses, however many instances there are", () => {
    expect(published({ addresses: ["127.0.0.1"], portOffset: 0 }, [{ ...write, instances: 3 }])).toHaveLength(1);
  });
});

describe.runIf(process.platform === "linux")("who holds a port", () => {
  const here = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const addresses = ["127.0.0.1", "::1"].filter((wanted) => here.some(({ address }) => address === wanted));

  it.each([...addresses, "0.0.0.0"])("is found on %s, by name and process", async (host) => {
    const server = createServer();
    const port = await new Promise<number>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port: 0 }, () => resolve((server.address() as { port: number }).port));
    });
    try {
      expect(await portHolder(port)).toMatch(new RegExp(`^\\S.* \\(process ${process.pid}\\)$`));
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(await portHolder(port)).toBeUndefined();
  });
});
