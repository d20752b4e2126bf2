export { type Setting, type SettingValue, settingNames, settingOf } from "./catalogue.ts";
export { contradictions } from "./contradictions.ts";
export { effectOf, type SettingEffect } from "./effects.ts";
export { preloadLibraries } from "./libraries.ts";
export { type MemoryShare, memoryOf, memoryShares } from "./memory.ts";
export { bytesOf, numberOf } from "./numbers.ts";
export { type ParameterOptions, parameterProblems } from "./parameter-problems.ts";
export { type PatroniControl, patroniControl } from "./patroni-control.ts";
export { type Machine, type Storage, tune, type Workload } from "./tune.ts";
