import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { InvalidArguments } from "../components/arguments.ts";
import { wantedPorts } from "./local.ts";
import { type LocalSettings, parseStackSettings } from "./schema.ts";

const localSettings = (values: Readonly<Record<string, unknown>>) =>
  parseStackSettings("orders", values) as LocalSettings;

function refusal(values: Readonly<Record<string, unknown>>): string {
  try {
    parseStackSettings("orders", values);
  } catch (error) {
    if (error instanceof InvalidArguments) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("the settings of a stack", () => {
  it("are all optional, and name what runs after the stack", () => {
    const settings = localSettings({});
    expect(settings.environment).toBe("local");
    expect(settings.docker).toEqual({
      name: "pgha-orders",
      host: "localhost",
      addresses: ["127.0.0.1", "::1"],
      portOffset: 0,
    });
  });

  it("keep a name that is given", () => {
    expect(localSettings({ docker: { name: "mine" } }).docker.name).toBe("mine");
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ["an environment that is not known", { environment: "cloud" }, /environment: .*"local".*"kubernetes".*"cloud"/],
    ["a misspelt part", { dockr: {} }, /dockr: unknown key "dockr"; did you mean "docker"\? Known here: environment, /],
    ["a misspelt setting of Docker", { docker: { portOfset: 1 } }, /docker\.portOfset: .*did you mean "portOffset"\?/],
    ["an offset that is a text", { docker: { portOffset: "many" } }, /docker\.portOffset: .*number.*not "many"/],
    ["an offset out of range", { docker: { portOffset: 65000 } }, /docker\.portOffset: .*<=60000.*not 65000/],
    [
      "an offset that leaves no port",
      { docker: { portOffset: 60000 } },
      /docker\.portOffset: 60000 moves bucket\.port, 9000, beyond 65535; use at most 56535/,
    ],
    ["an address that is a name", { docker: { addresses: ["localhost"] } }, /docker\.addresses\[0\]: .*"localhost"/],
    ["no address at all", { docker: { addresses: [] } }, /docker\.addresses: /],
    ["a name that Docker refuses", { docker: { name: "My Stack" } }, /docker\.name: .*lower-case.*not "My Stack"/],
  ])("are refused for %s", (_, values, message) => {
    expect(refusal(values)).toMatch(message);
  });

  it("are refused for all that is wrong at once, under the stack's name", () => {
    const text = refusal({ pols: {}, docker: { portOffset: -1 }, consensus: { kind: "etcd", members: 4 } });
    expect(text).toMatch(/^Settings of stack orders: 3 problems\n {2}- /);
    expect(text.split("\n")).toHaveLength(4);
  });
});

describe("the error that the README shows", () => {
  it("is the one that there is", () => {
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    const shown = /```\n(Settings of stack local:.*?)\n```/s.exec(readme)?.[1] ?? "none";
    const wrong = { dockr: {}, consensus: { kind: "etcd", members: 4 }, cluster: { connections: 100 } };
    expect(refusal(wrong).replace("stack orders", "stack local")).toBe(shown);
  });
});

describe("the size of a stack", () => {
  it.each([
    ["local", "laptop"],
    ["orders", "laptop"],
    ["kubernetes", "production"],
    ["vms", "production"],
    ["aws", "production"],
  ])("of %s is %s where nobody says it", (stack, size) => {
    expect(parseStackSettings(stack, {}).size).toBe(size);
  });

  it("is what the user says, in every environment", () => {
    expect(parseStackSettings("kubernetes", { size: "small" }).cluster.memory).toBe(4096);
  });

  it("is laptop where nobody can know the environment, and all else is said too", () => {
    const wrong = { environment: "lokal", docker: 5, dockr: {}, balancer: { ports: { read: 6432 } } };
    expect(refusal(wrong)).toMatch(
      /3 problems\n.*environment: .*did you mean "local"\?\n.*dockr: .*\n.*balancer\.ports\.read: 6432/,
    );
  });
});

describe("the ports that are looked at before a start", () => {
  it("are those of each balancer, and the bucket's once", () => {
    const { balancer, bucket } = parseStackSettings("orders", {});
    const ports = wantedPorts({ balancer, bucket });
    expect(ports.map(({ path, port, instances }) => `${path.join(".")} ${port} x${instances}`)).toEqual([
      "balancer.ports.write 6432 x2",
      "balancer.ports.read 6433 x2",
      "balancer.ports.primary 5432 x2",
      "balancer.ports.replica 5433 x2",
      "bucket.port 9000 x1",
    ]);
  });

  it("leave out a bucket that is elsewhere", () => {
    const bucket = { kind: "s3", endpoint: "https://s3.example.com", bucket: "theirs", accessKey: "k", secretKey: "s" };
    const settings = parseStackSettings("orders", { bucket });
    expect(wantedPorts(settings).filter(({ path }) => path[0] === "bucket")).toEqual([]);
  });
});
