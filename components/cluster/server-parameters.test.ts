import { describe, expect, it } from "vitest";
import { parseArguments } from "../arguments.ts";
import { type ClusterArgs, clusterArgs } from "./args.ts";
import { parameterLayers, serverParameters } from "./server-parameters.ts";

const settings = (args: ClusterArgs = {}) => parseArguments("test", clusterArgs, args);
const parameters = (args: ClusterArgs = {}, libraries: string[] = []) => serverParameters(settings(args), libraries);

describe("the settings of a server", () => {
  it("are production values for 16 GiB and a mixed workload (A1)", () => {
    expect(parameters({ memory: "16GiB", cores: 4, volumeSize: "200GiB" })).toMatchObject({
      shared_buffers: "4GB",
      effective_cache_size: "12GB",
      maintenance_work_mem: "1GB",
      wal_level: "replica",
      max_wal_senders: 10,
      wal_keep_size: "1GB",
      hot_standby: "on",
      random_page_cost: 1.1,
      checkpoint_timeout: "5min",
    });
  });

  it("are the user's where there are any", () => {
    const given = { wal_keep_size: "256MB", checkpoint_timeout: "10min", "my.own": 1 };
    expect(parameters({ parameters: given })).toMatchObject(given);
  });

  it("are tuned for the connections that the server will allow, whoever says how many", () => {
    expect(parameters({ connections: 60 }).max_connections).toBe(60);
    expect(parameters({ connections: 60, parameters: { max_connections: 30 } }).max_connections).toBe(30);
    const work = (connections: number) => parameters({ memory: "8GiB", connections }).work_mem;
    expect(parameters({ memory: "8GiB", parameters: { max_connections: 60 } }).work_mem).toBe(work(60));
    expect(work(60)).not.toBe(work(200));
  });

  it("load the libraries of the extensions beside those that the user names", () => {
    const named = { parameters: { shared_preload_libraries: "auto_explain" } };
    expect(parameters(named, ["pg_cron"]).shared_preload_libraries).toBe("auto_explain,pg_cron");
    expect(parameters()).not.toHaveProperty("shared_preload_libraries");
  });

  it("follow from the cores, at least one", () => {
    expect(parameters({ cores: 0.2 }).max_parallel_workers).toBe(1);
    expect(parameters({ cores: 16 }).max_parallel_workers).toBe(16);
    expect(parameters().max_parallel_workers).toBe(2);
  });

  it("say what they are tuned for", () => {
    const sources = parameterLayers(settings({ memory: "4GiB", storage: "hdd", workload: "olap" }), []).map(
      ({ source }) => source,
    );
    expect(sources).toEqual(["this library", "tuned: memory 4GiB, 2 cores, hdd, olap", "parameters"]);
  });
});
