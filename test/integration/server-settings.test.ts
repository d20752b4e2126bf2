import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import fc from "fast-check";
import tar from "tar-stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { numberOf, type SettingValue, settingOf } from "../../components/server-settings/index.ts";
import { sharedShares } from "../../components/server-settings/memory.ts";
import { readWord } from "../../components/server-settings/words.ts";
import { docker, mustExecute } from "../support/docker.ts";
import { type Accepted, acceptedConfigurations, edges } from "../support/random-settings.ts";
import { imageFor } from "../support/throwaway.ts";

/**
 * What this library accepts, a real server takes: random machines, and random settings of users on them. Patroni is asked too, because
 * it leaves out or changes what it does not like, without an error.
 */
const runs = Number(process.env.POSTGRES_HA_TEST_CONFIGURATIONS ?? 200);
const seed = Number(process.env.POSTGRES_HA_TEST_SEED ?? Date.now() % 1e9);
/** Servers that are started at the same time. */
const lanes = 2;

// fsync is off and the stop is a crash: nothing here has to survive, and archiving would hold up another stop.
const startEach = `set -u
lane() {
  data=/tmp/lane$1; mkdir -p $data.socket
  initdb --pgdata=$data --username=postgres --auth=trust --encoding=UTF8 --locale-provider=builtin --locale=C.UTF-8 --no-sync > /dev/null
  for file in /tmp/configurations/*-$1.conf; do
    name=$(basename $file .conf)
    cp $file $data/postgresql.conf
    if pg_ctl start --silent --wait --timeout=30 -D $data -l /tmp/configurations/$name.log \\
         -o "-c listen_addresses= -c unix_socket_directories=$data.socket -c fsync=off"; then
      psql -XAtq -h $data.socket -U postgres -d postgres -o /tmp/configurations/$name.json \\
        -c "SELECT json_object_agg(name, setting) FROM pg_settings" >> /tmp/configurations/$name.log 2>&1
      pg_ctl stop --silent --mode=immediate -D $data
    fi
  done
}
for number in $(seq 0 ${lanes - 1}); do lane $number & done
wait`;

/** Prints what each server said of itself, and what it logged. */
const tellEach = `
for file in /tmp/configurations/*.conf; do
  printf '\\n== %s\\n' "$(basename $file .conf)"
  cat \${file%.conf}.json 2> /dev/null
  printf '\\n-- log\\n'
  cat \${file%.conf}.log
done`;

/** Prints, for each configuration, what Patroni would leave out or write otherwise. */
const askPatroni = `
import json, logging, subprocess
import patroni.daemon, patroni.__main__
from patroni.collections import CaseInsensitiveSet
from patroni.config import Config
from patroni.postgresql.validator import transform_postgresql_parameter_value as transform
logging.disable()
described = subprocess.run(["postgres", "--describe-config"], capture_output=True, text=True, check=True).stdout
names = CaseInsensitiveSet(line.split("\\t")[0] for line in described.splitlines())
for line in open("/tmp/configurations/all.jsonl"):
    given = json.loads(line)
    kept = Config._process_postgresql_parameters(given, False)
    taken = {name: transform(170000, name, value, names) for name, value in kept.items()}
    print(json.dumps([f"{n}: {v} became {taken.get(n)}" for n, v in given.items() if str(taken.get(n)) != str(v)]))
`;

let container: ReturnType<typeof docker.getContainer> | undefined;
let configurations: readonly Accepted[];

const confName = (index: number) => `${index}-${index % lanes}`;

beforeAll(async () => {
  configurations = fc.sample(acceptedConfigurations, { numRuns: runs, seed });
  container = await docker.createContainer({
    name: `pgha-server-settings-${randomBytes(3).toString("hex")}`,
    Image: await imageFor("postgres", "POSTGRES_HA_TEST_POSTGRES_IMAGE"),
    Entrypoint: ["sleep", "infinity"],
    Cmd: [],
    Healthcheck: { Test: ["NONE"] },
    HostConfig: { Init: true, ShmSize: 256 * 1024 ** 2 },
  });
  await container.start();
  const archive = tar.pack();
  const entry = (name: string, content: string) =>
    archive.entry({ name: `configurations/${name}`, uid: 999, gid: 999, mode: 0o644 }, content);
  archive.entry({ name: "configurations", type: "directory", uid: 999, gid: 999, mode: 0o755 });
  configurations.forEach(({ all }, index) => {
    entry(`${confName(index)}.conf`, conf(all));
  });
  entry("all.jsonl", [...configurations.map(({ all }) => all), ...edges].map((all) => JSON.stringify(all)).join("\n"));
  archive.finalize();
  await container.putArchive(Readable.from(archive), { path: "/tmp" });
});

afterAll(() => container?.remove({ force: true, v: true }));

/** As Patroni writes postgresql.conf. */
function conf(parameters: Accepted["all"]): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = '${String(value).replaceAll("\\", "\\\\").replaceAll("'", "''")}'\n`)
    .join("");
}

const run = (...command: string[]) => mustExecute((container as { id: string }).id, command);

it(`${runs} random configurations that are accepted all start, and hold what was written (seed ${seed})`, async () => {
  await run("bash", "-c", startEach);
  const outcomes = (await run("bash", "-c", tellEach)).split("\n== ").slice(1).map(outcomeOf);
  expect(outcomes).toHaveLength(runs);
  expect(outcomes.flatMap(({ refused }) => refused ?? [])).toEqual([]);
  expect(outcomes.flatMap(({ differs }) => differs ?? [])).toEqual([]);
  expect(outcomes.flatMap(({ miscounted }) => miscounted ?? [])).toEqual([]);
}, 600_000);

it("and Patroni hands each of them on as it was written", async () => {
  const lines = (await run("python3", "-c", askPatroni)).trim().split("\n");
  expect(lines).toHaveLength(runs + edges.length);
  expect(lines.flatMap((line) => JSON.parse(line) as string[])).toEqual([]);
});

it("the catalogue has every setting of the image's server, with its range", async () => {
  const described = (await run("postgres", "--describe-config"))
    .trim()
    .split("\n")
    .map((line) => line.split("\t"))
    .map(([name = "", , , type, , min, max]) => ({ name, type, min, max }));
  expect(described.length).toBeGreaterThan(300);
  const differing = described.filter(({ name, type, min, max }) => {
    const setting = settingOf(name);
    const ranged = type === "INTEGER" || type === "REAL";
    return setting === undefined || (ranged && (setting.min !== Number(min) || setting.max !== Number(max)));
  });
  expect(differing, "make it anew with components/server-settings/catalogue.sql").toEqual([]);
});

/** What became of a configuration, read from what `tellEach` prints. */
function outcomeOf(told: string): { refused?: string; differs?: string[]; miscounted?: string[] } {
  const [, index = "", json = "", log = ""] = /^(\d+)-\d+\n(.*?)\n-- log\n(.*)$/s.exec(told) ?? [];
  const { machine, written, all } = configurations[Number(index)] as Accepted;
  if (json.trim() === "") return { refused: `${log}\n${JSON.stringify({ machine, written })}` };
  const held = JSON.parse(json) as Record<string, string>;
  return { differs: differences(all, held), miscounted: miscounted(all, held) };
}

/** The sums must not count less shared memory than the server takes, and not much more. */
function miscounted(written: Accepted["all"], held: Readonly<Record<string, string>>): string[] {
  const real = Number(held.shared_memory_size);
  const counted = sharedShares(written).reduce((sum, { mebibytes }) => sum + mebibytes, 0);
  if (counted >= real && counted <= real * 1.2 + 16) return [];
  return [`${Math.round(counted)} MiB counted of ${real}: ${JSON.stringify(written)}`];
}

/** What the server shows of these is what it makes of them: of a connection, of another setting, of the memory. */
const shownOtherwise = /^(tcp_|(application_name|archive_command|fsync|wal_compression)$)/;
const workedOut = (name: string, value: SettingValue) => /_buffers$/.test(name) && (numberOf(name, value) ?? 0) <= 0;

function differences(written: Accepted["all"], held: Readonly<Record<string, string>>): string[] {
  return Object.entries(written)
    .filter(([name, value]) => !shownOtherwise.test(name) && !workedOut(name, value))
    .filter(([name, value]) => name in held && !same(name, value, held[name] ?? ""))
    .map(([name, value]) => `${name}: ${value} became ${held[name]}`);
}

function same(name: string, value: SettingValue, held: string): boolean {
  const setting = settingOf(name);
  const number = numberOf(name, value);
  if (number !== undefined) return Math.abs(Number(held) - number) <= Math.abs(number) * 1e-5;
  const fold = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (setting?.type === "bool") return readWord(["on", "off"], value) === held;
  if (setting?.type === "enum") return readWord(setting.values ?? [], value) === held;
  return fold(held).startsWith(fold(String(value)));
}
