import { describe, expect, it } from "vitest";
import { engineAddress, usualAddress } from "./engine-address.ts";

const colima = { currentContext: "colima", endpoints: { colima: "unix:///colima.sock" } };

describe("engineAddress", () => {
  it.each([
    ["the usual socket", {}, { currentContext: undefined, endpoints: {} }, usualAddress, undefined],
    ["the context called default", {}, { currentContext: "default", endpoints: {} }, usualAddress, undefined],
    ["the current context", {}, colima, "unix:///colima.sock", "docker context colima"],
    ["DOCKER_HOST before a context", { DOCKER_HOST: "tcp://build:2375" }, colima, "tcp://build:2375", "DOCKER_HOST"],
    ["a context that is gone", { DOCKER_CONTEXT: "x" }, colima, "(context x has no endpoint)", "docker context x"],
  ])("%s", (_, env, settings, address, namedBy) => {
    expect(engineAddress(env, settings)).toEqual({ address, namedBy });
  });
});
