import { describe, expect, it } from "vitest";
import { container, files, patroni, problemsOf } from "../sample.ts";
import { methodOf, noTrust } from "./no-trust.ts";

describe("the method of an access rule", () => {
  it.each([
    ["local all all peer", "peer"],
    ["local all postgres peer map=socket", "peer"],
    ["host all all 10.0.0.0/8 scram-sha-256", "scram-sha-256"],
    ["host  all  all  10.0.0.0  255.0.0.0  md5", "md5"],
    ["hostssl replication replicator all cert clientcert=verify-full", "cert"],
    ['host "my db" a,b samenet trust # for now', "trust"],
    ["host all all ::1/128 trust", "trust"],
    ["# host all all all trust", undefined],
    ["", undefined],
    ["include other.conf", undefined],
  ])("of %j is %s", (line, method) => {
    expect(methodOf(line)).toBe(method);
  });
});

describe("trust", () => {
  const line = "host all all 10.0.0.0/8 trust";

  it.each([
    ["Patroni's dynamic configuration", patroni({ postgresql: { pg_hba: [line] } })],
    ["patroni.yml", files({ "/etc/patroni/patroni.yml": `postgresql:\n  pg_hba: ["${line}"]\n` })],
    ["its bootstrap", files({ "/etc/patroni/patroni.yml": `bootstrap:\n  pg_hba: ["${line}"]\n` })],
    [
      "the bootstrapped configuration",
      files({ "/x": `bootstrap:\n  dcs:\n    postgresql:\n      pg_hba: ["${line}"]\n` }),
    ],
    ["pg_hba.conf", files({ "/etc/postgresql/pg_hba.conf": `local all all peer\n${line}\n` })],
  ])("is refused in %s, with the rule", (_, resource) => {
    expect(problemsOf(noTrust, resource)).toEqual([expect.stringContaining(`the access rule "${line}" lets in`)]);
  });

  it("is refused of a pool and of an image", () => {
    const pool = files({ "/etc/pgbouncer/pgbouncer.ini": "[pgbouncer]\nauth_type = trust\n" });
    expect(problemsOf(noTrust, pool)).toEqual([expect.stringContaining("auth_type")]);
    const image = container({ envs: ["POSTGRES_HOST_AUTH_METHOD=trust"] });
    expect(problemsOf(noTrust, image)).toEqual([expect.stringContaining("POSTGRES_HOST_AUTH_METHOD is trust")]);
  });

  it("is none where passwords and peers are asked for", () => {
    const accepted = [
      patroni({ postgresql: { pg_hba: ["local all all peer", "host trust trust all scram-sha-256"] } }),
      files({ "/etc/pgbouncer/pgbouncer.ini": "auth_type = scram-sha-256\n" }),
      container({ envs: ["POSTGRES_HOST_AUTH_METHOD=scram-sha-256"] }),
    ];
    expect(problemsOf(noTrust, ...accepted)).toEqual([]);
  });
});
