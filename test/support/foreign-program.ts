import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import { locations } from "../../toolchain/obtain/locations.ts";
import { type Finished, root, run } from "./command.ts";

/** Where the package brings its provider to. */
const plugins = {
  providers: [{ name: "postgres-ha", path: "node_modules/pulumi-postgres-ha/dist/provider" }],
};

/** What `pulumi preview --json` says of one resource. */
export interface PlannedStep {
  readonly op: string;
  readonly urn: string;
  readonly newState: { readonly type: string; readonly protect?: boolean };
}

/** Theirs comes with the package, and is named in their Pulumi.yaml. */
function withoutOwnProvider(path = ""): string {
  const { plugins } = locations(process.env);
  return path
    .split(delimiter)
    .filter((folder) => folder !== plugins)
    .join(delimiter);
}

/** What others import, made from the sources as they are. */
export async function buildPackage(): Promise<void> {
  const { code, stdout, stderr } = await run("npm", ["run", "--silent", "build"]);
  if (code !== 0) throw new Error(`npm run build ended with ${code}: ${stdout}\n${stderr}`);
}

/** Somebody else's Pulumi project, outside of this clone, that imports this package and Pulumi's SDKs. Its state is its own. */
export class ForeignProgram {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#environment = environment;
  }

  /** `environment`: where `pulumi` and its plugins are found. */
  static async create(environment: NodeJS.ProcessEnv): Promise<ForeignProgram> {
    if (!existsSync(join(root, "dist/provider"))) await buildPackage();
    const folder = await mkdtemp(join(tmpdir(), "foreign-program-"));
    const program = new ForeignProgram(folder, {
      ...environment,
      PATH: withoutOwnProvider(environment.PATH),
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
    });
    await mkdir(join(folder, "state"));
    await mkdir(join(folder, "node_modules"));
    await symlink(root, join(folder, "node_modules/pulumi-postgres-ha"));
    await symlink(join(root, "node_modules/@pulumi"), join(folder, "node_modules/@pulumi"));
    await writeFile(
      join(folder, "package.json"),
      JSON.stringify({ name: "foreign", type: "module", main: "index.js" }),
    );
    await symlink(join(root, "node_modules/tsx"), join(folder, "node_modules/tsx"));
    await writeFile(join(folder, "Pulumi.yaml"), stringify({ name: "foreign", runtime: "nodejs", plugins }));
    await program.write("");
    const { code, stderr } = await program.pulumi("stack", "init", "test");
    if (code !== 0) throw new Error(`pulumi stack init ended with ${code}: ${stderr}`);
    return program;
  }

  async write(source: string): Promise<void> {
    await writeFile(join(this.folder, "index.js"), source);
  }

  /** Puts a program that somebody else has written in its place, as far as it is no one stack's. */
  async copy(folder: string): Promise<void> {
    const shared = (path: string) => !/^(Pulumi\.(.+\.)?yaml|README\.md)$/.test(basename(path));
    await cp(folder, this.folder, { recursive: true, filter: shared });
    const project = parse(await readFile(join(folder, "Pulumi.yaml"), "utf8"));
    await writeFile(join(this.folder, "Pulumi.yaml"), stringify({ ...project, name: "foreign", plugins }));
  }

  pulumi(...args: string[]): Promise<Finished> {
    const all = [...args, "--non-interactive", "--color", "never"];
    return run("pulumi", all, { cwd: this.folder, env: this.#environment });
  }

  /** What an `up` of this program, or of the one that is there, would do, type by type. */
  async planned(source?: string): Promise<readonly PlannedStep[]> {
    if (source !== undefined) await this.write(source);
    const { code, stdout, stderr } = await this.pulumi("preview", "--json", "-s", "test");
    if (code !== 0) throw new Error(`pulumi preview ended with ${code}: ${stdout}\n${stderr}`);
    return (JSON.parse(stdout) as { steps: PlannedStep[] }).steps;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
