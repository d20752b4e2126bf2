import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { docker, leftovers } from "../support/docker.ts";
import { settingsFile, shellEnvironment, stateFiles } from "../support/pulumi.ts";
import { query } from "../support/sql.ts";
import { type Outputs, TestStack } from "../support/stack.ts";

/** One stack from its first `up` to its last trace, beside the stack that the other tests share. The steps build on one another. */
const stack = new TestStack(`life-${randomBytes(3).toString("hex")}`);
const shared = new TestStack(inject("stack"));
const label = `pulumi-postgres-ha.stack=${stack.prefix}`;
let environment: NodeJS.ProcessEnv;
let first: Outputs;

const passwords = ({ credentials }: Outputs) => Object.values(credentials).map(({ password }) => password);
const rows = (url: string) => query<{ text: string }>(url, "SELECT text FROM kept");

/** What runs, so that a test can see that the same still runs. */
async function running() {
  const containers = await docker.listContainers({ filters: { label: [label] } });
  return containers
    .map(({ Id, ImageID, Names }) => ({ name: Names[0], id: Id, image: ImageID }))
    .sort((a, b) => String(a.name).localeCompare(String(b.name)));
}

/** What the engine says happened since a time, as "tag sha256:… name". */
async function events(since: number, filters: Readonly<Record<string, string[]>>): Promise<string[]> {
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(3);
  const options = { since: seconds(since), until: seconds(Date.now()), filters: JSON.stringify(filters) };
  const stream = await docker.getEvents(options as unknown as Parameters<typeof docker.getEvents>[0]);
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  const lines = text.split("\n").filter((line) => line !== "");
  return lines
    .map((line) => JSON.parse(line) as { Action: string; Actor: { ID: string; Attributes: { name?: string } } })
    .map(({ Action, Actor }) => `${Action} ${Actor.ID} ${Actor.Attributes.name ?? ""}`);
}

beforeAll(async () => {
  await stack.configure({ docker: { portOffset: 22300 } });
  environment = await shellEnvironment(stack.name);
  await stack.up();
  first = await stack.outputs();
});

afterAll(async () => {
  if ((await stateFiles(environment, stack.name)).length > 0) await stack.remove();
  await rm(settingsFile(stack.name), { force: true });
});

describe("a second stack", () => {
  it("runs beside the first, each with passwords and data of its own", async () => {
    await query(first.writeUrl, "CREATE TABLE kept (text text)");
    await query(first.writeUrl, "INSERT INTO kept VALUES ('before')");
    const others = await shared.outputs();
    await expect(rows(others.writeUrl)).rejects.toThrow(/relation "kept" does not exist/);
    expect(await rows(first.writeUrl)).toEqual([{ text: "before" }]);
    expect(passwords(others).filter((password) => passwords(first).includes(password))).toEqual([]);
    // One's password is nobody's at the other.
    const foreign = new URL(others.writeUrl);
    foreign.port = new URL(first.writeUrl).port;
    await expect(query(foreign.href, "SELECT 1")).rejects.toThrow(/password|SASL|authentication/i);
  });
});

describe("the state", () => {
  it("holds no password in clear, in none of its files", async () => {
    const files = await stateFiles(environment, stack.name);
    expect(files.some((path) => path.endsWith(`/${stack.name}.json`))).toBe(true);
    expect(passwords(first).length).toBeGreaterThanOrEqual(3);
    for (const path of [...files, settingsFile(stack.name)]) {
      const text = await readFile(path, "utf8");
      for (const password of passwords(first)) expect(text.includes(password), `a password in ${path}`).toBe(false);
    }
  });
});

describe("a second up", () => {
  it("changes nothing: no resource, no container, no image", async () => {
    const before = await running();
    expect(before).toHaveLength(13);
    const since = Date.now();
    const { changes } = await stack.up();
    expect(changes).toEqual({ same: expect.any(Number) });
    expect(await running()).toEqual(before);
    expect(await events(since, { label: [label], event: ["create", "start", "die", "destroy"] })).toEqual([]);
    const built = await events(since, { type: ["image"], event: ["tag", "pull", "delete", "untag"] });
    const ours = before.map(({ image }) => image);
    expect(built.filter((event) => ours.some((image) => event.includes(image)))).toEqual([]);
  });
});

describe("destroy", () => {
  it("refuses to delete data under a name that is not the stack's, and touches nothing", async () => {
    const before = await running();
    for (const wrong of ["WRONG", stack.name.toUpperCase(), shared.name]) {
      const { code, stderr } = await stack.run("destroy", "--delete-data", wrong);
      expect(code).toBe(2);
      expect(stderr).toContain(`--delete-data "${wrong}" is not the stack of this command, "${stack.name}"`);
      expect(stderr).toContain("Nothing was deleted");
    }
    expect(await running()).toEqual(before);
    expect(await rows(first.writeUrl)).toEqual([{ text: "before" }]);
  });

  it("removes what runs, keeps the volumes, and says what it keeps and how to delete that too", async () => {
    const { code, stdout, stderr } = await stack.run("destroy");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("Kept, because they hold data; the next npm run up finds them:");
    expect(stdout).toMatch(/\d+ docker:Volume: .*postgres-1-data/);
    expect(stdout).toContain(`npm run destroy -- --stack ${stack.name} --delete-data ${stack.name}`);
    const members = ["postgres-1", "postgres-2", "postgres-3", "etcd-1", "etcd-2", "etcd-3", "minio-1"];
    expect((await leftovers(stack.prefix)).sort()).toEqual(
      members.map((member) => `${stack.container(member)}-data`).sort(),
    );
  });

  it("can be said twice", async () => {
    const { code, stdout } = await stack.run("destroy");
    expect(code).toBe(0);
    expect(stdout).toContain("Kept, because they hold data");
  });

  it("is undone by the next up: the same data behind the same passwords", async () => {
    const since = Date.now();
    const { changes } = await stack.up();
    expect(changes.create).toBeGreaterThan(13);
    expect(await events(since, { label: [label], event: ["create"], type: ["container"] })).toHaveLength(13);
    const again = await stack.outputs();
    expect(again).toEqual(first);
    expect(await rows(again.writeUrl)).toEqual([{ text: "before" }]);
    await query(again.writeUrl, "INSERT INTO kept VALUES ('after')");
  });

  it("with the stack's name typed again leaves nothing but the settings that a person wrote", async () => {
    const { code, stdout, stderr } = await stack.run("destroy", "--delete-data", stack.name);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`Nothing is left of stack ${stack.name}. Your settings stay: `);
    expect(await leftovers(stack.prefix)).toEqual([]);
    expect(await stateFiles(environment, stack.name)).toEqual([]);
    expect(await readFile(settingsFile(stack.name), "utf8")).toContain("portOffset: 22300");
  });

  it("takes the settings file with it where nobody wrote one", async () => {
    await rm(settingsFile(stack.name));
    await shellEnvironment(stack.name);
    expect(await readFile(settingsFile(stack.name), "utf8")).toContain("encryptionsalt");
    await stack.mustRun("destroy", "--delete-data", stack.name);
    expect(await stack.hasSettingsFile()).toBe(false);
    expect(await stateFiles(environment, stack.name)).toEqual([]);
  });

  it("left the other stack alone", async () => {
    const { writeUrl } = await shared.outputs();
    expect(await query(writeUrl, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});
