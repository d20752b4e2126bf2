import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { settingsSchema } from "../stacks/settings-schema.ts";
import { cloneFolder } from "./obtain/locations.ts";

/** `npm run schema`: writes what editors read. */
const file = join(cloneFolder, "stacks/settings.schema.json");
writeFileSync(file, JSON.stringify(settingsSchema(), null, 2));
execFileSync(join(cloneFolder, "node_modules/.bin/biome"), ["format", "--write", file], { stdio: "inherit" });
