import "../toolchain/stack-traces.ts";
import { deploy } from "./deploy.ts";
import { readSettings } from "./settings.ts";

const system = await deploy(readSettings());

/** The names that everything else builds on: they do not change. */
export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = system;
