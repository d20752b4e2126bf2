import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseArguments } from "../arguments.ts";
import { clusterArgs } from "./args.ts";
import { patroniBootstrap, patroniConfig, patroniEnvironment, patroniSecrets } from "./patroni.ts";

const members = ["postgres-1", "postgres-2"].map((name) => ({ name, host: name }));
const settings = (args = {}) => parseArguments("test", clusterArgs, args);
const etcd = { kind: "etcd", endpoints: ["etcd-1:2379"] } as const;
const rendered = (args = {}, store: Parameters<typeof patroniConfig>[2] = etcd) =>
  parse(patroniConfig("orders", settings(args), store, members));
const bootstrap = (args = {}) => parse(patroniBootstrap(settings(args), ["pg_stat_statements"])).bootstrap;

describe("patroni.yml", () => {
  it("names the cluster and the store", () => {
    expect(rendered()).toMatchObject({ scope: "orders", etcd3: { hosts: ["etcd-1:2379"] } });
  });

  it("stays the same when a server setting changes: those come from the store", () => {
    expect(rendered({ parameters: { work_mem: "8MB" }, timings: { ttl: 30 } })).toEqual(rendered());
  });

  it("names the timings for the bootstrap", () => {
    expect(bootstrap()).toMatchObject({
      dcs: { ttl: 20, loop_wait: 2, retry_timeout: 5, primary_start_timeout: 0, failsafe_mode: true },
    });
  });

  it.each([
    ["quorum", "quorum"],
    ["on", true],
    ["off", false],
  ])("says synchronousMode %s as Patroni does", (mode, said) => {
    expect(bootstrap({ synchronousMode: mode }).dcs.synchronous_mode).toBe(said);
  });

  it("lets the user's parameters win", () => {
    const { parameters } = bootstrap({ parameters: { max_connections: 50, work_mem: "8MB" } }).dcs.postgresql;
    expect(parameters).toMatchObject({
      max_connections: 50,
      work_mem: "8MB",
      shared_preload_libraries: "pg_stat_statements",
    });
  });

  it("trusts nobody", () => {
    const rules: string[] = bootstrap().dcs.postgresql.pg_hba;
    expect(rules.filter((rule) => !/(scram-sha-256|peer|peer map=\w+)$/.test(rule))).toEqual([]);
  });

  it("holds no secret", () => {
    expect(JSON.stringify([rendered(), bootstrap()])).not.toMatch(/password"\s*:/);
    expect(
      parse(patroniSecrets("postgres", { superuser: "a", replication: "b", rewind: "c", restApi: "d" })).postgresql
        .authentication,
    ).toEqual({
      superuser: { username: "postgres", password: "a" },
      replication: { username: "replicator", password: "b" },
      rewind: { username: "rewind", password: "c" },
    });
  });

  it("can keep its state in the members themselves", () => {
    const store = { kind: "raft", port: 2222 } as const;
    expect(rendered({}, store).raft.partner_addrs).toEqual(["postgres-1:2222", "postgres-2:2222"]);
    expect(patroniEnvironment({ name: "postgres-1", host: "postgres-1" }, store)).toMatchObject({
      PATRONI_RAFT_SELF_ADDR: "postgres-1:2222",
    });
  });
});
