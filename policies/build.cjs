// Puts the pack into `dist`, for those who import this package: one file that needs nothing but Pulumi's policy host.
const { copyFileSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { bundle } = require("./bundle.cjs");

const target = join(__dirname, "../dist/policies");
const json = (path) => JSON.parse(readFileSync(join(__dirname, path), "utf8"));

mkdirSync(target, { recursive: true });
copyFileSync(join(__dirname, "PulumiPolicy.yaml"), join(target, "PulumiPolicy.yaml"));
const manifest = { ...json("package.json"), version: json("../package.json").version };
writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
bundle(join(target, "index.cjs"));
