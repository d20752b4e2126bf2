import type { Problem } from "../arguments.ts";
import type { Parameters } from "./defaults.ts";

export interface ParameterOptions {
  readonly extensions: readonly string[];
  readonly synchronousMode?: "quorum" | "on" | "off" | undefined;
}

export function parameterProblems(_parameters: Parameters, _options: ParameterOptions): Problem[] {
  return [];
}
