import { describe, expect, it } from "vitest";
import { settingsFrom } from "./settings.ts";

describe("settingsFrom", () => {
  it("has the real provider's defaults", () => {
    expect(settingsFrom({}, {})).toEqual({
      host: "localhost",
      port: 5432,
      username: "postgres",
      password: undefined,
      database: "postgres",
      sslmode: "require",
      sslrootcert: undefined,
      clientcert: undefined,
      connectTimeout: 180,
      patience: 10_000,
      databaseUsername: "postgres",
      maxConnections: 20,
    });
  });

  it("takes the environment where the program says nothing", () => {
    const environment = { PGHOST: "db", PGPORT: "6432", PGUSER: "admin", PGDATABASE: "app", PGSSLMODE: "disable" };
    expect(settingsFrom({ port: "5433" }, environment)).toMatchObject({
      host: "db",
      port: 5433,
      username: "admin",
      databaseUsername: "admin",
      database: "app",
      sslmode: "disable",
    });
  });

  it("waits for a server that is down as long as connectTimeout says", () => {
    expect(settingsFrom({ connectTimeout: "60" }, {})).toMatchObject({ connectTimeout: 60, patience: 60_000 });
    expect(settingsFrom({ connectTimeout: "0" }, {})).toMatchObject({ connectTimeout: 0, patience: 10_000 });
  });

  it("reads a client certificate from its JSON text", () => {
    const clientcert = JSON.stringify({ cert: "c.pem", key: "k.pem", sslinline: true });
    expect(settingsFrom({ clientcert }, {}).clientcert).toEqual({ cert: "c.pem", key: "k.pem", inline: true });
  });

  it.each([
    [{ scheme: "awspostgres" }, /scheme is "awspostgres".*pulumi plugin install/],
    [{ sslmode: "maybe" }, /sslmode is "maybe"; disable, require, verify-ca, verify-full/],
    [{ port: "70000" }, /port is 70000/],
    [{ maxConnections: "-1" }, /maxConnections is -1/],
    [{ clientcert: "{}" }, /clientcert needs both/],
  ])("refuses %o", (config, message) => {
    expect(() => settingsFrom(config, {})).toThrow(message);
  });
});
