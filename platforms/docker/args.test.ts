import type { NetworkInterfaceInfo } from "node:os";
import { expect, it } from "vitest";
import { loopbackAddresses } from "./args.ts";

const named = (...addresses: string[]) => ({ lo: addresses.map((address) => ({ address }) as NetworkInterfaceInfo) });

it("publishes on both loopback addresses, or on the one that there is", () => {
  expect(loopbackAddresses(named("127.0.0.1", "::1"))).toEqual(["127.0.0.1", "::1"]);
  expect(loopbackAddresses(named("127.0.0.1"))).toEqual(["127.0.0.1"]);
});
