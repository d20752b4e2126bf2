import { describe, expect, it } from "vitest";
import { configMap, container, problemsOf, sample, statefulSet } from "../sample.ts";
import { noPlainSecrets } from "./no-plain-secrets.ts";

const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
const variable = (text: string) => container({ envs: [text] });

describe("a secret", () => {
  it.each([
    ["a variable", variable("POSTGRES_PASSWORD=hunter2"), "variable POSTGRES_PASSWORD holds a password or key"],
    ["a variable of a key", variable("AWS_SECRET_ACCESS_KEY=hunter2"), "variable AWS_SECRET_ACCESS_KEY"],
    [
      "a URL",
      variable("DATABASE_URL=postgresql://app:hunter2@db/app"),
      "variable DATABASE_URL holds a URL with a password",
    ],
    ["a key in a variable", variable(`TLS=${key}`), "variable TLS holds a private key"],
    ["a label", container({ labels: [{ label: "password", value: "hunter2" }] }), "label password"],
    [
      "a command",
      container({ command: ["server", "--password=hunter2"] }),
      "the command holds the value of --password",
    ],
    ["the words of a command", container({ command: ["server", "--password", "hunter2"] }), "the value of --password"],
    [
      "a URL of a command",
      container({ command: ["sh", "-c", "psql postgresql://app:hunter2@db"] }),
      "a URL with a password",
    ],
    [
      "a pod's variable",
      statefulSet({ containers: [{ name: "postgres", env: [{ name: "PGPASSWORD", value: "hunter2" }] }] }),
      "variable PGPASSWORD of container postgres",
    ],
    [
      "a ConfigMap",
      configMap({ "patroni.yml": "postgresql:\n  authentication:\n    password: hunter2\n" }),
      "patroni.yml holds",
    ],
    ["a key in a ConfigMap", configMap({ "server.key": key }), "server.key holds a private key"],
  ])("in %s is refused, and not repeated", (_, resource, said) => {
    const problems = problemsOf(noPlainSecrets, resource);
    expect(problems).toEqual([expect.stringContaining(said)]);
    expect(problems.join()).not.toMatch(/hunter2|MIIE/);
  });

  it.each([
    ["a file's name", variable("MINIO_ROOT_PASSWORD_FILE=/etc/minio/root-password")],
    ["a setting about passwords", variable("POSTGRES_PASSWORD_ENCRYPTION=scram-sha-256")],
    ["an empty variable", variable("PGPASSWORD=")],
    ["etcd's token, which is a name", variable("ETCD_INITIAL_CLUSTER_TOKEN=orders")],
    ["a URL without a password", variable("ETCD_ADVERTISE_CLIENT_URLS=http://etcd-1:2379")],
    ["a password that a shell fills in", container({ command: ["sh", "-c", "psql postgresql://app:$PASSWORD@db"] })],
    ["an option that names a file", container({ command: ["server", "--password-file", "/run/secret"] })],
    [
      "a reference to a Secret",
      statefulSet({
        containers: [{ env: [{ name: "PGPASSWORD", valueFrom: { secretKeyRef: { name: "app", key: "password" } } }] }],
      }),
    ],
    [
      "a ConfigMap without one",
      configMap({ "patroni.yml": "password_encryption: scram-sha-256\npgpass: /tmp/pgpass\n" }),
    ],
    ["a Secret", sample("kubernetes:core/v1:Secret", { stringData: { password: "hunter2" } })],
    ["a file that only its user can read", container({ uploads: [{ file: "/secret", content: "password: hunter2" }] })],
  ])("is none in %s", (_, resource) => {
    expect(problemsOf(noPlainSecrets, resource)).toEqual([]);
  });
});
