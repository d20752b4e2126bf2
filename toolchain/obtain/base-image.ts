import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { type Reporter, reported, type Step } from "../report.ts";
import { baseFiles } from "./base-files.ts";
import { findProgram, pathFolders, run } from "./commands.ts";
import { debianSources, readAptSettings } from "./debian-sources.ts";
import { findImage, importImage, planImage, pullImage } from "./images.ts";
import { locations } from "./locations.ts";
import { aptInstall, canInstall } from "./system-packages.ts";

/** The base image where Debian's own cannot be pulled. */
export const localBaseImage = "pulumi-postgres-ha/base:trixie";

/**
 * Makes sure that the engine has a Debian trixie to build on.
 * @param official Debian's own image, with its digest.
 * @returns the name of the image to build on.
 * @throws with the way by hand, where it can be neither pulled nor made.
 */
export async function obtainBaseImage(engine: Docker, official: string, report: Reporter): Promise<string> {
  const plan = planImage(await findImage(engine, official, localBaseImage));
  if (plan !== "pull, else make") return plan === "use local" ? localBaseImage : official;
  return reported(report, "Base image", async (step): Promise<[string, string]> => {
    step.line(`pulling ${official}`);
    const failure = await pullImage(engine, official);
    if (failure === undefined) return [official, `pulled ${official}`];
    step.line(`cannot be pulled (${failure}): making Debian trixie with debootstrap, once`);
    await makeBaseImage(engine, step);
    return [localBaseImage, `made ${localBaseImage}`];
  });
}

async function makeBaseImage(engine: Docker, step: Step): Promise<void> {
  if (process.getuid?.() !== 0 || !(await canInstall())) throw new Error(byHand);
  if ((await findProgram("debootstrap", [...pathFolders(process.env.PATH), "/usr/sbin"])) === undefined) {
    step.line("installing debootstrap");
    await aptInstall(["debootstrap", "debian-archive-keyring", "ca-certificates"]);
  }
  const sources = debianSources(await readAptSettings());
  const { cache } = locations(process.env);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "base-"));
  try {
    // debootstrap refuses a folder that others may not enter: _apt is one of them.
    const root = join(folder, "root");
    await mkdir(root, { mode: 0o755 });
    await run("debootstrap", ["--variant=minbase", "trixie", root, sources.archive]);
    await strip(root);
    for (const file of await baseFiles(sources)) {
      await mkdir(dirname(join(root, file.path)), { recursive: true });
      if (file.copyOf !== undefined) await cp(file.copyOf, join(root, file.path), { dereference: true });
      else await writeFile(join(root, file.path), file.content, { mode: file.mode });
    }
    const tar = spawn("tar", ["-C", root, "--numeric-owner", "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
    await importImage(engine, localBaseImage, tar.stdout, ['CMD ["bash"]']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Takes out what no container needs. Licences stay, as in Debian's own slim images. */
async function strip(root: string): Promise<void> {
  const emptied = [
    "var/cache/apt",
    "var/lib/apt/lists",
    "var/log",
    "usr/share/man",
    "usr/share/info",
    "usr/share/locale",
  ];
  for (const folder of emptied) {
    const path = join(root, folder);
    for (const name of await readdir(path).catch(() => [])) await rm(join(path, name), { recursive: true });
  }
  const docs = join(root, "usr/share/doc");
  for (const entry of await readdir(docs, { withFileTypes: true, recursive: true })) {
    if (!entry.isDirectory() && entry.name !== "copyright") await rm(join(entry.parentPath, entry.name));
  }
  await rm(join(root, "etc/resolv.conf"), { force: true });
  await rm(join(root, "etc/hostname"), { force: true });
}

const byHand = `The base image can be neither pulled nor made: making it needs root on Debian or Ubuntu. By hand, as root:
  debootstrap --variant=minbase trixie /tmp/trixie && tar -C /tmp/trixie -c . | docker import - ${localBaseImage}
or let the engine pull images (a registry mirror in its configuration, or a proxy)`;
