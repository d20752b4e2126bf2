import { cp } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { findProgram, isExecutable, pathFolders, run } from "./commands.ts";
import { makeOnce } from "./once.ts";

/** A program that is built from its Go module. Its go.mod and go.sum stand in `go/NAME`: what is built is pinned. */
export interface GoProgram {
  readonly name: string;
  readonly package: string;
  /** Values stamped into the program, by their Go name. */
  readonly stamps: Readonly<Record<string, string>>;
}

/** Go, where it is usually installed without being on PATH, too. */
export async function findGo(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return findProgram("go", [...pathFolders(env.PATH), "/usr/local/go/bin", join(homedir(), "go", "bin")]);
}

/**
 * Builds a Go program into the cache, once.
 * @param target the path of the program to be.
 * @returns whether it was built now.
 */
export async function buildGoProgram(program: GoProgram, go: string, target: string): Promise<boolean> {
  return makeOnce(
    target,
    () => isExecutable(target),
    async (folder) => {
      await cp(join(import.meta.dirname, "go", program.name), folder, { recursive: true });
      const made = join(folder, "made");
      await run(go, buildArguments(program, made), { cwd: folder, env: { ...process.env, ...goVariables } });
      return made;
    },
  );
}

/** Stripped, and without this machine's paths: the same sources give the same program. */
export function buildArguments(program: GoProgram, output: string): string[] {
  const stamps = Object.entries(program.stamps).map(([name, value]) => `-X ${name}=${value}`);
  return ["build", "-trimpath", "-ldflags", ["-s", "-w", ...stamps].join(" "), "-o", output, program.package];
}

/** An older Go fetches the toolchain that go.mod asks for; cgo and version control of a machine are left out. */
const goVariables = {
  GOTOOLCHAIN: "auto",
  GOFLAGS: "-mod=readonly -buildvcs=false",
  GOWORK: "off",
  CGO_ENABLED: "0",
};
