import { chmod, cp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { oneFile, ownProvider } from "./stand-ins/bundle.ts";

/** What the package holds beside compiled sources: the images' build contexts, and the provider and the policies as one file each that Node runs. */
const clone = join(import.meta.dirname, "..");
const folder = join(clone, "dist/provider");
const program = join(folder, ownProvider.program);

await cp(join(clone, "images"), join(clone, "dist/images"), { recursive: true });
await build({
  entryPoints: [join(clone, ownProvider.entry)],
  ...oneFile,
  banner: { js: "#!/usr/bin/env node" },
  outfile: program,
});
// Without an ending Node goes by the package, and this one says ES modules.
await writeFile(join(folder, "package.json"), '{ "type": "commonjs" }\n');
await chmod(program, 0o755);
createRequire(import.meta.url)("../policies/build.cjs");
