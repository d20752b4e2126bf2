import type { TestProject } from "vitest/node";
import { TestStack } from "./stack.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The name of the stack that the integration tests share. */
    stack: string;
  }
}

/** Brings up one stack for all integration tests, and removes it with its data at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = new TestStack("it");
  await stack.configure({ docker: { portOffset: 20700 } });
  await stack.up();
  project.provide("stack", stack.name);
  return () => stack.remove();
}
