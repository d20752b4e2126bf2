import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { type Reporter, reported } from "../report.ts";
import { isExecutable, run } from "./commands.ts";
import { buildGoProgram, findGo } from "./go-program.ts";
import { findImage, importImage, planImage, pullImage } from "./images.ts";
import { locations } from "./locations.ts";

/** The commit that is built, as Go names it. MinIO publishes neither images nor binaries any more, only sources. */
export const minioVersion = "20260212201848-7aac2a2c5b7c";

/** An image that holds nothing but the MinIO program, where the official one cannot be pulled. */
export const localMinioImage = `pulumi-postgres-ha/minio-program:${minioVersion}`;

export const minioGoProgram = {
  name: "minio",
  package: "github.com/minio/minio",
  stamps: { "github.com/minio/minio/cmd.CommitID": "7aac2a2c5b7c" },
} as const;

/**
 * Builds MinIO into the cache, once. It needs no engine, so it may begin before there is one.
 * @returns the path of the program.
 */
export async function obtainMinioProgram(report: Reporter, env = process.env): Promise<string> {
  const path = join(locations(env).cache, "minio", minioVersion, "minio");
  if (await isExecutable(path)) return path;
  return reported(report, "MinIO program", async (step): Promise<[string, string]> => {
    const go = await findGo(env);
    if (go === undefined) throw new Error(noWay);
    step.line("its image cannot be pulled: building it from its Go module, once; this takes a few minutes");
    const made = await buildGoProgram(minioGoProgram, go, path);
    return [path, `${made ? "built" : "found"} ${path}`];
  });
}

/**
 * Makes sure that the engine has an image that holds /usr/bin/minio.
 * @param official MinIO's own image, with its digest.
 * @param program gives the program where that cannot be pulled.
 * @returns the name of the image.
 */
export async function obtainMinioImage(
  engine: Docker,
  official: string,
  program: () => Promise<string>,
  report: Reporter,
): Promise<string> {
  const plan = planImage(await findImage(engine, official, localMinioImage));
  if (plan !== "pull, else make") return plan === "use local" ? localMinioImage : official;
  return reported(report, "MinIO image", async (step): Promise<[string, string]> => {
    step.line(`pulling ${official}`);
    const failure = await pullImage(engine, official);
    if (failure === undefined) return [official, `pulled ${official}`];
    step.line(`cannot be pulled (${failure}): making one from the MinIO program`);
    await importProgram(engine, await program());
    return [localMinioImage, `made ${localMinioImage}`];
  });
}

async function importProgram(engine: Docker, program: string): Promise<void> {
  const { cache } = locations(process.env);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "minio-"));
  try {
    await mkdir(join(folder, "usr", "bin"), { recursive: true });
    await cp(program, join(folder, "usr", "bin", "minio"));
    await run("chmod", ["-R", "755", folder]);
    const tar = spawn("tar", ["-C", folder, "--owner=0", "--group=0", "--numeric-owner", "-c", "usr"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await importImage(engine, localMinioImage, tar.stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const noWay = `MinIO's image cannot be pulled, and there is no Go to build the program with.
Do one of these, then run the command again:
  - let the engine pull images (a registry mirror in its configuration, or a proxy)
  - install Go 1.21 or later (for example: apt-get install golang-go)
  - name an image of your own that holds /usr/bin/minio in POSTGRES_HA_MINIO_IMAGE`;
