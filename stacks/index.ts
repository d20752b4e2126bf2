import "../toolchain/stack-traces.ts";
import { local } from "./local.ts";
import { readSettings } from "./settings.ts";

const system = await local(readSettings());

/** The names that everything else builds on: they do not change. */
export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = system;
