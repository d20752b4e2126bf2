import { describe, expect, it } from "vitest";
import { leastFreeSpace, portProblem, publisherOf, spaceProblems } from "./obstacles.ts";

describe("room on the disk", () => {
  it("is enough from the limit on", () => {
    expect(spaceProblems("/var/lib/docker", leastFreeSpace)).toEqual([]);
  });

  it("is refused below it: how much is there, how much is needed, and the way out", () => {
    expect(spaceProblems("/var/lib/docker", leastFreeSpace - 1)).toEqual([
      {
        path: "disk",
        message:
          "2047 MiB are free in /var/lib/docker, at least 2048 MiB are needed; free some (docker system df shows what Docker holds)",
      },
    ]);
    expect(spaceProblems("/x", 0)[0]?.message).toMatch(/^0 MiB are free in \/x/);
  });
});

describe("a port that is taken", () => {
  const container = (name: string, IP: string, PublicPort: number) => ({
    Names: [`/${name}`],
    Labels: {},
    Ports: [{ PrivatePort: 80 }, { IP, PublicPort }],
  });
  const containers = [
    container("loopback", "127.0.0.1", 6432),
    container("everywhere", "0.0.0.0", 6433),
    container("other", "10.0.0.1", 5432),
  ];

  it.each([
    ["on the same address", 6432, "loopback"],
    ["on every address", 6433, "everywhere"],
  ])("belongs to the container that publishes it %s", (_, port, name) => {
    expect(publisherOf(containers, { address: "127.0.0.1", port })?.Names).toEqual([`/${name}`]);
  });

  it.each([
    ["on another address", 5432],
    ["under no number", 80],
  ])("belongs to no container that has it %s", (_, port) => {
    expect(publisherOf(containers, { address: "127.0.0.1", port })).toBeUndefined();
  });

  const port = { path: ["balancer", "ports", "write"], address: "127.0.0.1", port: 6432 };

  it.each([
    ["EADDRINUSE", "nginx (process 7)", /^port 6432 on 127\.0\.0\.1 is in use by nginx \(process 7\); stop that, or /],
    ["EADDRINUSE", undefined, /in use by another program; .*docker\.portOffset$/],
    ["EADDRNOTAVAIL", undefined, /^127\.0\.0\.1 is no address of this machine; set docker\.addresses/],
    ["EACCES", undefined, /needs privileges; choose one above 1023/],
    ["EMFILE", undefined, /^port 6432 on 127\.0\.0\.1 cannot be had \(EMFILE\)$/],
  ])("is explained: %s, held by %s", (code, holder, message) => {
    const problem = portProblem(port, code, holder);
    expect(problem.path).toBe("balancer.ports.write");
    expect(problem.message).toMatch(message);
  });
});
