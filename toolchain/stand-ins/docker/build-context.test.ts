import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import tar from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildContext, dockerfileIn } from "./build-context.ts";
import { prepareBuild } from "./image-build.ts";

describe("buildContext", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "context-"));
    mkdirSync(join(folder, "logs"));
    for (const file of ["Dockerfile", "app.js", "logs/a.log", "logs/kept.log"]) writeFileSync(join(folder, file), file);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const names = async () => {
    const found: string[] = [];
    const extract = tar.extract();
    extract.on("entry", (header, stream, next) => {
      found.push(header.name.replace(/\/$/, ""));
      stream.on("end", next).resume();
    });
    const end = new Promise<void>((resolve) => extract.on("finish", () => resolve()));
    Readable.from([await buildContext(folder, "Dockerfile")]).pipe(extract);
    await end;
    return found.filter((name) => name !== "." && name !== "").sort();
  };

  it("holds every file", async () => {
    expect(await names()).toEqual(["Dockerfile", "app.js", "logs", "logs/a.log", "logs/kept.log"]);
  });

  it("honours .dockerignore with its exceptions, and always holds the Dockerfile", async () => {
    writeFileSync(join(folder, ".dockerignore"), "logs\nDockerfile\n!logs/kept.log\n");
    expect(await names()).toEqual([".dockerignore", "Dockerfile", "app.js", "logs", "logs/kept.log"]);
  });

  it("is the same for the same files whatever their times, and another for another mode", async () => {
    const first = await buildContext(folder, "Dockerfile");
    utimesSync(join(folder, "app.js"), 1, 1);
    expect((await buildContext(folder, "Dockerfile")).equals(first)).toBe(true);
    chmodSync(join(folder, "app.js"), 0o755);
    expect((await buildContext(folder, "Dockerfile")).equals(first)).toBe(false);
  });

  it("says what is missing", async () => {
    await expect(buildContext(join(folder, "none"), "Dockerfile")).rejects.toThrow(/is no folder/);
    await expect(buildContext(folder, "Other")).rejects.toThrow(/no "Other" in the build context/);
    expect(dockerfileIn(folder, join(folder, "x/Dockerfile"))).toBe("x/Dockerfile");
    expect(dockerfileIn(folder, undefined)).toBe("Dockerfile");
  });

  it("gives one hash to one build: context, arguments and triggers", async () => {
    const hash = async (buildArgs: Record<string, string>, triggers: object) =>
      (await prepareBuild({ context: folder, buildArgs }, { ...triggers })).hash;
    const first = await hash({ A: "1" }, {});
    expect(await hash({ A: "1" }, {})).toBe(first);
    expect(await hash({ A: "2" }, {})).not.toBe(first);
    expect(await hash({ A: "1" }, { t: "1" })).not.toBe(first);
    writeFileSync(join(folder, "app.js"), "changed");
    expect(await hash({ A: "1" }, {})).not.toBe(first);
  });
});
