import { afterAll, beforeAll, expect, it } from "vitest";
import { leftovers } from "./docker.ts";
import { SeedShell } from "./seed-shell.ts";
import { type Outputs, TestStack } from "./stack.ts";

/** An example of this test file's own, beside the stack that all tests share. */
export interface RunningExample {
  readonly stack: TestStack;
  readonly outputs: Outputs;
  readonly shell: SeedShell;
  /** Sets what the program reads beside where it runs and how large it is; the next `up` has it. */
  configure(settings: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Less than there usually is, where a seed's commands ask for no more. */
export const oneOfEach = {
  consensus: { kind: "etcd", members: 1 },
  cluster: { members: 1 },
  balancer: { instances: 1 },
  pools: { write: { instances: 1 }, read: { instances: 1 } },
} as const;

export interface ExampleOptions {
  /** The seed's containers and services, each with the instance that it is here. */
  readonly services: Readonly<Record<string, string>>;
  /** Laid over the arguments of the program's HaPostgres. */
  readonly postgres?: Readonly<Record<string, unknown>>;
  /** What else the program reads. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Brings an example up before the tests of a file, and destroys it with its data after them. Only one runs at a time. */
export function runningExample(
  name: string,
  { services, postgres = {}, settings = {} }: ExampleOptions,
): RunningExample {
  const stack = new TestStack(`${name}-test`, name);
  const running: { outputs?: Outputs; shell?: SeedShell } = {};
  const docker = { name: stack.prefix, portOffset: 21000 };
  const configure = (more: Readonly<Record<string, unknown>>) => stack.configure({ docker, postgres, ...more });

  beforeAll(async () => {
    await configure(settings);
    await stack.up();
    running.outputs = await stack.outputs();
    running.shell = await SeedShell.open(stack, running.outputs, services);
  });
  afterAll(async () => {
    await running.shell?.close();
    await stack.remove();
    expect(await leftovers(stack.prefix)).toEqual([]);
  });

  const ready = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new Error(`${name} is not up`);
    return part;
  };
  return {
    stack,
    configure,
    get outputs() {
      return ready(running.outputs);
    },
    get shell() {
      return ready(running.shell);
    },
  };
}

/** The last test of an example: what the seed's commands did is no change of what is declared. */
export function changesNothingAgain({ stack }: RunningExample): void {
  it("a second up changes nothing", async () => {
    const { changes } = await stack.up();
    expect(Object.keys(changes)).toEqual(["same"]);
  });
}
