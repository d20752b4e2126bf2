import { describe, expect, it } from "vitest";
import { type Properties, unknown } from "../graph/values.ts";
import { configMap, files, patroni, problemsOf } from "../sample.ts";
import { validTimings } from "./valid-timings.ts";

describe("Patroni's timings", () => {
  it.each([
    [{ ttl: 19, loop_wait: 2, retry_timeout: 5 }, "ttl is 19 s; at least 20 is allowed"],
    [{ ttl: 20, loop_wait: 0, retry_timeout: 5 }, "loop_wait is 0 s; at least 1 is allowed"],
    [{ ttl: 20, loop_wait: 2, retry_timeout: 2 }, "retry_timeout is 2 s; at least 3 is allowed"],
    [
      { ttl: 20, loop_wait: 10, retry_timeout: 6 },
      "loop_wait + 2 * retry_timeout is 22 s; at most ttl, 20 s, is allowed",
    ],
    [{ ttl: 20 }, "loop_wait + 2 * retry_timeout is 30 s"],
  ])("%o are refused", (configuration, said) => {
    expect(problemsOf(validTimings, patroni(configuration))).toEqual([expect.stringContaining(said)]);
  });

  it.each<[Properties]>([
    [{ ttl: 20, loop_wait: 2, retry_timeout: 5 }],
    [{ ttl: 20, loop_wait: 10, retry_timeout: 5 }],
    [{}],
    [{ ttl: unknown, loop_wait: 10, retry_timeout: 10 }],
  ])("%o are accepted", (configuration) => {
    expect(problemsOf(validTimings, patroni(configuration))).toEqual([]);
  });

  it("are found in a file and in a ConfigMap, which are named", () => {
    const content = "bootstrap:\n  dcs: { ttl: 10, loop_wait: 1, retry_timeout: 3 }\n";
    const problems = problemsOf(
      validTimings,
      files({ "/etc/patroni/patroni.yml": content }),
      configMap({ "patroni.yml": content }),
    );
    expect(problems).toEqual([
      expect.stringContaining("ttl is 10 s; at least 20 is allowed (bootstrap.dcs of /etc/patroni/patroni.yml)"),
      expect.stringContaining("(bootstrap.dcs of patroni.yml)"),
    ]);
  });

  it("are none in a file that is no YAML", () => {
    expect(problemsOf(validTimings, files({ "/x": "bootstrap:\n  : {" }))).toEqual([]);
  });
});
