import type { Reporter } from "../report.ts";
import { allOf } from "./all-of.ts";
import { localBaseImage, obtainBaseImage } from "./base-image.ts";
import { type EngineDecision, obtainEngine } from "./engine.ts";
import { engineClient } from "./engine-address.ts";
import { hasImage, readPins } from "./images.ts";
import { localMinioImage, obtainMinioImage, obtainMinioProgram } from "./minio-program.ts";
import { pulumiDownloads, reachable } from "./reachable.ts";

export interface ImageWork {
  readonly engine: EngineDecision;
  /** Whether the images must be there afterwards; else they are only looked for. */
  readonly needed: boolean;
  /** The folder for what the engine leaves behind, if it has to be started. */
  readonly state: string;
}

/**
 * Makes sure of the engine and of the images that ours are built from.
 * @returns the variables that name images made here, in the place of the official ones. Images that the user has
 * named are taken on trust.
 */
export async function imageVariables(
  { engine, needed, state }: ImageWork,
  report: Reporter,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const pins = await readPins();
  const client = engineClient(engine.address);
  const running = obtainEngine(engine, report, state);
  const program = earlyMinioProgram(engine, needed && !env.POSTGRES_HA_MINIO_IMAGE, report, env);

  const replaced = async (variable: string, local: string, obtain: () => Promise<string>) => {
    await running;
    if (env[variable]) return {};
    const isLocal = needed ? (await obtain()) === local : await hasImage(client, local);
    return isLocal ? { [variable]: local } : {};
  };
  const [base, minio] = await allOf([
    replaced("POSTGRES_HA_BASE_IMAGE", localBaseImage, () => obtainBaseImage(client, pins.debian, report)),
    replaced("POSTGRES_HA_MINIO_IMAGE", localMinioImage, () =>
      obtainMinioImage(client, pins.minio, async () => (await program) ?? obtainMinioProgram(report, env), report),
    ),
    program,
  ]);
  return { ...base, ...minio };
}

/**
 * To build MinIO takes longest. While there is no engine yet that could try to pull its image, whether the internet
 * is there says whether that will be in vain.
 */
async function earlyMinioProgram(
  engine: EngineDecision,
  needed: boolean,
  report: Reporter,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  if (!needed || engine.plan.do === "use" || (await reachable(pulumiDownloads))) return undefined;
  return obtainMinioProgram(report, env);
}
