import { expect, it } from "vitest";
import { parseArguments } from "../arguments.ts";
import { haPostgresArgs } from "./args.ts";
import { plannedServices } from "./planned-services.ts";

const planned = (args: object) =>
  plannedServices(parseArguments("test", haPostgresArgs, args)).map(
    ({ name, instances, ports }) => `${name} x${instances}: ${ports.map(({ port }) => port).join(" ")}`,
  );

it("what will be placed is known from the settings alone", () => {
  expect(planned({})).toEqual([
    "etcd x3: 2379 2380",
    "postgres x3: 5432 8008",
    "haproxy x2: 6432 6433 5432 5433",
    "pgbouncer-write x2: 6442",
    "pgbouncer-read x2: 6443",
    "minio x1: 9000",
  ]);
});

it("leaves out what runs elsewhere", () => {
  const bucket = { kind: "s3", endpoint: "https://s3.example.com", bucket: "theirs", accessKey: "a", secretKey: "b" };
  expect(planned({ consensus: { kind: "raft" }, bucket }).slice(0, 2)).toEqual([
    "postgres x3: 5432 8008 2222",
    "haproxy x2: 6432 6433 5432 5433",
  ]);
  expect(planned({ bucket }).join()).not.toContain("minio");
});
