import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import { locations } from "../../toolchain/obtain/locations.ts";
import { type Finished, root, run } from "./command.ts";

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
    const providers = [{ name: "postgres-ha", path: "node_modules/pulumi-postgres-ha/dist/provider" }];
    await writeFile(
      join(folder, "Pulumi.yaml"),
      stringify({ name: "foreign", runtime: "nodejs", plugins: { providers } }),
    );
    await program.write("");
    const { code, stderr } = await program.pulumi("stack", "init", "test");
    if (code !== 0) throw new Error(`pulumi stack init ended with ${code}: ${stderr}`);
    return program;
  }

  async write(source: string): Promise<void> {
    await writeFile(join(this.folder, "index.js"), source);
  }

  pulumi(...args: string[]): Promise<Finished> {
    const all = [...args, "--non-interactive", "--color", "never"];
    return run("pulumi", all, { cwd: this.folder, env: this.#environment });
  }

  /** What an `up` of this program would do, type by type. */
  async planned(source: string): Promise<readonly PlannedStep[]> {
    await this.write(source);
    const { code, stdout, stderr } = await this.pulumi("preview", "--json", "-s", "test");
    if (code !== 0) throw new Error(`pulumi preview ended with ${code}: ${stdout}\n${stderr}`);
    return (JSON.parse(stdout) as { steps: PlannedStep[] }).steps;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
