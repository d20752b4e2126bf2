import { type KubernetesPlatformArgs, kubernetesPlatformArgs } from "../../platforms/kubernetes/args.ts";
import type { Service } from "../../platforms/service.ts";

/** A service with everything that a service may have. */
export const fullService: Service = {
  name: "store",
  role: "postgres",
  instances: 3,
  command: ["serve", "--all"],
  environment: ({ name, host }) => ({ NAME: name, ADDRESS: `${host}:5432` }),
  files: [
    { path: "/etc/store/plain.yml", content: "plain" },
    { path: "/etc/store/word", content: "open", secret: true },
    { path: "/etc/store/script", content: "#!/bin/sh", executable: true },
    { path: "/etc/other/plain", content: "other" },
  ],
  volumes: [{ name: "data", path: "/var/lib/store", size: 2048 }],
  ports: [
    { name: "sql", port: 5432, exposed: true },
    { name: "admin", port: 8008 },
  ],
  user: 999,
  health: { command: ["/healthy"], interval: 5, timeout: 3, retries: 4, startPeriod: 60 },
  limits: { memory: 512, cores: 1.5, sharedMemory: 128, openFiles: 5000 },
  leaderElection: { labels: { "cluster-name": "x" }, objects: ["x-leader"] },
  stop: { signal: "SIGINT", grace: 30 },
  waitForHealth: false,
};

/** A service with nothing that it may leave out. */
export const bareService: Service = {
  name: "bare",
  role: "haproxy",
  instances: 1,
  files: [],
  volumes: [],
  ports: [{ name: "sql", port: 5432 }],
  user: 999,
  health: { command: ["/healthy"], interval: 5, timeout: 3, retries: 4, startPeriod: 60 },
  limits: { memory: 64 },
  stop: { signal: "SIGTERM", grace: 10 },
  waitForHealth: true,
};

export const settings = (args: Omit<KubernetesPlatformArgs, "namespace"> = {}) =>
  kubernetesPlatformArgs.parse({ namespace: "ns", ...args });
