import { describe, expect, it } from "vitest";
import {
  type PluginRun,
  type ProgramRun,
  pluginCommandLine,
  pluginModule,
  programCommandLine,
  runResult,
} from "./command-line.ts";
import { parseRuntimeOptions } from "./options.ts";

const run: ProgramRun = {
  monitorAddress: "127.0.0.1:1",
  engineAddress: "127.0.0.1:2",
  organization: "organization",
  project: "shop",
  stack: "local",
  rootDirectory: "/shop",
  programDirectory: "/shop/stacks",
  entryPoint: "index.ts",
  dryRun: true,
  parallel: 16,
  args: [],
  config: { "shop:name": "you" },
  configSecretKeys: ["shop:password"],
};
const withTsx = parseRuntimeOptions({ typescript: false, nodeargs: "--import tsx" });

describe("programCommandLine", () => {
  it("hands over all that the engine said", () => {
    expect(programCommandLine(run, withTsx, "/run.js")).toEqual({
      args: [
        ...["--import", "tsx", "/run.js", "--monitor", "127.0.0.1:1", "--engine", "127.0.0.1:2"],
        ...["--organization", "organization", "--project", "shop", "--root-directory", "/shop", "--stack", "local"],
        ...["--pwd", "/shop/stacks", "--dry-run", "--parallel", "16", "index.ts"],
      ],
      env: { PULUMI_CONFIG: '{"shop:name":"you"}', PULUMI_CONFIG_SECRET_KEYS: '["shop:password"]' },
    });
  });

  it("names the folder itself where Pulumi.yaml names no entry point, and leaves out what is not known", () => {
    const { args } = programCommandLine(
      { ...run, entryPoint: "", organization: "", dryRun: false },
      withTsx,
      "/run.js",
    );
    expect(args.at(-1)).toBe(".");
    expect(args).not.toContain("--organization");
    expect(args).not.toContain("--dry-run");
  });

  it("puts the program's own arguments last", () => {
    expect(programCommandLine({ ...run, args: ["-a", "b"] }, withTsx, "/run.js").args.slice(-3)).toEqual([
      "index.ts",
      "-a",
      "b",
    ]);
  });

  it("asks for ts-node only where the project does", () => {
    expect(programCommandLine(run, withTsx, "/run.js").env).not.toHaveProperty("PULUMI_NODEJS_TYPESCRIPT");
    const tsNode = parseRuntimeOptions({ tsconfig: "tsconfig.pulumi.json" });
    expect(programCommandLine(run, tsNode, "/run.js").env).toMatchObject({
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_NODEJS_TSCONFIG_PATH: "tsconfig.pulumi.json",
    });
  });
});

describe("pluginCommandLine", () => {
  const plugin: PluginRun = {
    isPolicyPack: false,
    programDirectory: "/plugin",
    args: ["127.0.0.1:2"],
    env: ["PATH=/bin", "FLAGS=a=b", "EMPTY="],
  };

  it("lets Node run a policy pack in JavaScript as it is", () => {
    expect(pluginModule({ isPolicyPack: true }, { typescript: false })).toBeUndefined();
  });

  it("gives a plugin its folder first and a policy pack its folder last", () => {
    expect(pluginCommandLine(plugin, withTsx, "/run.js").args).toEqual([
      ...["/run.js", "--import", "tsx", "/plugin", "127.0.0.1:2"],
    ]);
    expect(pluginCommandLine({ ...plugin, isPolicyPack: true }, withTsx, "/run.js").args.slice(-2)).toEqual([
      "127.0.0.1:2",
      "/plugin",
    ]);
    expect(pluginModule({ isPolicyPack: true }, { typescript: true })).toBe("@pulumi/pulumi/cmd/run-policy-pack");
    expect(pluginModule({ isPolicyPack: false }, { typescript: true })).toBe("@pulumi/pulumi/cmd/run-plugin");
    expect(pluginModule({ isPolicyPack: false }, { typescript: false })).toBe("@pulumi/pulumi/cmd/run-plugin");
  });

  it("has the environment that the engine gave, and no other", () => {
    expect(pluginCommandLine(plugin, withTsx, "/run.js").env).toEqual({ PATH: "/bin", FLAGS: "a=b", EMPTY: "" });
  });
});

describe("runResult", () => {
  it.each([
    [0, null, "", false],
    [32, null, "", true],
    [1, null, "Program exited with non-zero exit code: 1", false],
    [null, "SIGKILL", "Program was ended by signal SIGKILL", false],
  ])("of exit code %s, signal %s", (code, signal, error, bail) => {
    expect(runResult(code, signal)).toEqual({ error, bail });
  });
});
