// The door of every npm command: plain JavaScript without dependencies, so that it runs in a fresh clone. It sees to the
// Node version and the packages, then hands over to the TypeScript in cli/.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname ?? ".", "..");
const nodeFloor = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > nodeFloor[0] || (major === nodeFloor[0] && minor >= nodeFloor[1])) return;
  console.error(
    `This is Node ${process.versions.node}; ${nodeFloor.join(".")} or later is needed. ` +
      "Install one, e.g. from https://nodejs.org/ or with: nvm install 22",
  );
  process.exit(1);
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(join(root, lockfile), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Whether node_modules holds what package-lock.json asks for. npm writes down beside the packages what it installed. */
function isInstalled() {
  const wanted = packagesOf("package-lock.json");
  const installed = packagesOf("node_modules/.package-lock.json");
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    return installed[path] === undefined ? optional === true : installed[path].version === version;
  });
}

function install() {
  const since = performance.now();
  const say = (text) => console.error(`${(performance.now() / 1000).toFixed(1).padStart(6)}s  ${text}`);
  say("npm packages: installing what package-lock.json asks for (npm ci)");
  // npm's words go to stderr: stdout belongs to the command, e.g. to --json.
  const npm = process.env.npm_execpath?.endsWith("npm-cli.js") ? process.env.npm_execpath : undefined;
  const [program, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const { status, signal, error } = spawnSync(program, [...first, "ci", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (signal === "SIGINT") process.exit(130);
  if (status !== 0) {
    say(`npm packages: failed${error ? `, ${error.message}` : ""}. Repair what npm says above, or run: npm ci`);
    process.exit(1);
  }
  say(`npm packages: installed (${((performance.now() - since) / 1000).toFixed(1)}s)`);
}

checkNode();
if (!isInstalled()) install();
const { register } = await import("tsx/esm/api");
register();
const { main } = await import("./cli/main.ts");
process.exitCode = await main(process.argv.slice(2));
