// Makes one file of the pack and its libraries. Plain JavaScript, because the engine's policy host loads it with require.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } = require("node:fs");
const { join, relative } = require("node:path");

/** The pack needs three things of Pulumi's SDK. The whole of it takes a third of a second of every preview to load. */
const slimSdk = {
  name: "slim-sdk",
  setup(build) {
    build.onResolve({ filter: /^@pulumi\/pulumi$/ }, () => ({ path: "slim-sdk", namespace: "slim-sdk" }));
    build.onLoad({ filter: /.*/, namespace: "slim-sdk" }, () => ({
      contents: `module.exports = {
        asset: require("@pulumi/pulumi/asset"),
        Output: require("@pulumi/pulumi/output").Output,
        secret: require("@pulumi/pulumi/output").secret,
      };`,
      resolveDir: __dirname,
    }));
  },
};

/** Writes the pack into one file. */
async function bundle(outfile) {
  const { build } = require("esbuild");
  await build({
    entryPoints: [join(__dirname, "pack.ts")],
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    outfile,
    logLevel: "error",
    plugins: [slimSdk],
  });
}

/** The path of that file for the sources as they are; made where they have changed since. Safe to run several times at once. */
async function bundled() {
  const folder = join(__dirname, "../node_modules/.cache/pulumi-postgres-ha");
  const path = join(folder, `policies-${contentHash()}.cjs`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await bundle(unfinished);
  renameSync(unfinished, path);
  return path;
}

function contentHash() {
  const hash = createHash("sha256");
  const sources = readdirSync(__dirname, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.(ts|cjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of [...sources, join(__dirname, "../package-lock.json")]) {
    hash.update(`\n${relative(__dirname, path)}\n`).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

module.exports = { bundle, bundled };
