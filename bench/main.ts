import { parseArgs } from "node:util";
import { benchChange } from "./change.ts";
import { benchConversion } from "./conversion.ts";
import { benchFresh } from "./fresh.ts";
import { benchPartitions } from "./partitions.ts";
import { benchPreview } from "./preview.ts";
import { benchTables } from "./tables.ts";
import { benchUp } from "./up.ts";

const benches = {
  change: benchChange,
  up: benchUp,
  fresh: benchFresh,
  preview: benchPreview,
  partitions: benchPartitions,
  conversion: () => benchConversion(),
  tables: benchTables,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "5" }, json: { type: "boolean", default: false } },
});
const [name = ""] = positionals;
if (!(name in benches)) {
  console.error(`no benchmark "${name}"; there are: ${Object.keys(benches).join(", ")}`);
  process.exit(2);
}
const figures = await benches[name as keyof typeof benches](Number(values.runs));
if (values.json) console.log(JSON.stringify(figures));
else {
  for (const [what, value] of Object.entries(figures)) {
    console.log(`${what.padEnd(34)} ${typeof value === "object" ? JSON.stringify(value) : value}`);
  }
}
