import { describe, expect, it } from "vitest";
import { type InvalidArguments, parseArguments } from "../../components/arguments.ts";
import { machinesPlatformArgs } from "./args.ts";
import { isDocumentation } from "./documentation-machines.ts";
import { engineAddress } from "./engine-address.ts";

const machine = { name: "db-1", address: "10.0.0.120", roles: ["database"] };
const parsed = (args: object) => parseArguments("test", machinesPlatformArgs, { name: "test", ...args });

function problems(args: object): string[] {
  try {
    parsed(args);
  } catch (error) {
    return (error as InvalidArguments).problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe("the settings of machines", () => {
  it("are those of the documentation where none are given", () => {
    const { machines, ssh } = parsed({});
    expect(machines).toHaveLength(5);
    expect(machines.filter(({ address }) => !isDocumentation(address))).toEqual([]);
    expect(ssh).toEqual({ user: "root", port: 22 });
  });

  it.each([
    ["no address at all", { address: "ten.0.0" }, /^machines\[0\]\.address: an IPv4 address; Docker publishes on it/],
    ["a name for an address", { address: "db-1.example.com" }, /^machines\[0\]\.address: an IPv4 address/],
    [
      "every address",
      { address: "0.0.0.0" },
      /^machines\[0\]\.address: 0\.0\.0\.0 is no address that names one machine/,
    ],
    ["the loopback address", { address: "127.0.0.1" }, /names one machine to the others/],
    ["clients' ports on every address", { exposeOn: "0.0.0.0" }, /^machines\[0\]\.exposeOn: 0\.0\.0\.0 is no address/],
    ["a host that is none", { ssh: { host: "bad host" } }, /^machines\[0\]\.ssh\.host: an IPv4 address or a host name/],
    ["a number of too many parts for a host", { ssh: { host: "10.0.0.1.2" } }, /an IPv4 address or a host name/],
    ["a role that there is not", { roles: ["databse"] }, /^machines\[0\]\.roles\[0\]/],
    ["no role", { roles: [] }, /^machines\[0\]\.roles/],
    ["a name that is no host name", { name: "DB 1" }, /^machines\[0\]\.name: a host name/],
  ])("with %s are refused", (_, wrong, message) => {
    expect(problems({ machines: [{ ...machine, ...wrong }] }).join("\n")).toMatch(message);
  });

  it("are refused with all problems at once", () => {
    expect(problems({ machines: [{ name: "a" }, { ...machine, address: "x" }] }).length).toBeGreaterThanOrEqual(3);
  });
});

describe("the way to a machine's engine", () => {
  it("is ssh to its address as root, which never asks and trusts no unknown key", () => {
    const [first] = parsed({ machines: [machine] }).machines;
    expect(engineAddress(first ?? never(), parsed({}).ssh)).toEqual({
      host: "ssh://root@10.0.0.120:22",
      sshOpts: ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"],
    });
  });

  it("is what the machine itself says, else what all say", () => {
    const { machines, ssh } = parsed({
      machines: [{ ...machine, ssh: { host: "db-1.example.com", port: 2222 } }],
      ssh: { user: "ops", keyFile: "/keys/ops", knownHostsFile: "/keys/known" },
    });
    expect(engineAddress(machines[0] ?? never(), ssh)).toEqual({
      host: "ssh://ops@db-1.example.com:2222",
      sshOpts: [
        ...["-i", "/keys/ops", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"],
        ...["-o", "UserKnownHostsFile=/keys/known", "-o", "IdentitiesOnly=yes"],
      ],
    });
  });
});

function never(): never {
  throw new Error("no machine");
}
