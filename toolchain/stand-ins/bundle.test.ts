import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundlePlugins, plugins, shim } from "./bundle.ts";

describe("bundlePlugins", () => {
  const folder = mkdtempSync(join(tmpdir(), "bundle 'n' test-"));
  const random = plugins.filter(({ program }) => program === "pulumi-resource-random");
  const program = join(folder, "pulumi-resource-random");

  beforeAll(async () => {
    expect(await bundlePlugins(folder, random)).toBe(true);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("does nothing the second time", async () => {
    const { mtimeMs } = statSync(program);
    expect(await bundlePlugins(folder, random)).toBe(false);
    expect(statSync(program).mtimeMs).toBe(mtimeMs);
  });

  it("makes a program that prints its port and ends with the engine's pipe", async () => {
    const plugin = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"], shell: false });
    const [port] = await once(plugin.stdout, "data");
    expect(String(port)).toMatch(/^\d+\n$/);
    plugin.stdin.end();
    await once(plugin, "exit");
  });

  it("makes a program that ends when its parent is killed", async () => {
    // A shell in between stands for the engine; the plugin's standard input is no pipe of its.
    const script = `'${program.replaceAll("'", `'\\''`)}' </dev/null >/dev/null & echo $!; wait`;
    const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line).trim());
    await promisify(execFile)("sleep", ["0.5"]);
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isRunning(pid), { timeout: 3000 }).toBe(false);
  });
});

it("the shim quotes what a shell would read", () => {
  const text = shim("/bin/echo", "/it's $HOME");
  expect(execFileSync("sh", ["-c", text.replace(/^#!.*\n/, ""), "sh", "a b"], { encoding: "utf8" })).toBe(
    "/it's $HOME a b\n",
  );
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
