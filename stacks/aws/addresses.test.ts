import fc from "fast-check";
import { expect, it } from "vitest";
import { hostOf, isIn, prefixOf, sixteenth } from "./addresses.ts";

it.each([
  ["10.0.0.0/16", 0, "10.0.0.0/20"],
  ["10.0.0.0/16", 1, "10.0.16.0/20"],
  ["10.0.0.0/16", 15, "10.0.240.0/20"],
  ["192.168.4.0/22", 3, "192.168.4.192/26"],
  ["10.9.8.7/16", 0, "10.9.0.0/20"],
])("of %s the part %i is %s", (cidr, index, part) => {
  expect(sixteenth(cidr, index)).toBe(part);
});

it("counts addresses across the parts of a number", () => {
  expect(hostOf("10.0.0.0/20", 10)).toBe("10.0.0.10");
  expect(hostOf("10.0.0.0/20", 300)).toBe("10.0.1.44");
  expect(hostOf("255.255.0.0/16", 65535)).toBe("255.255.255.255");
});

it("cuts a network into parts that lie in it and never overlap", () => {
  const networks = fc.tuple(fc.ipV4(), fc.integer({ min: 16, max: 22 })).map(([address, bits]) => `${address}/${bits}`);
  fc.assert(
    fc.property(networks, fc.uniqueArray(fc.nat(15), { minLength: 2, maxLength: 2 }), (cidr, [a = 0, b = 1]) => {
      const part = sixteenth(cidr, a);
      expect(prefixOf(part)).toBe(prefixOf(cidr) + 4);
      for (const place of [0, 63]) {
        expect(isIn(cidr, hostOf(part, place))).toBe(true);
        expect(isIn(sixteenth(cidr, b), hostOf(part, place))).toBe(false);
      }
    }),
  );
});
