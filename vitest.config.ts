import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{components,platforms,provider,stacks,policies,operations,toolchain}/**/*.test.ts"],
          // Pure functions: they share their threads' modules, which makes them more than twice as fast.
          pool: "threads",
          isolate: false,
        },
      },
      {
        // What the examples import is this clone.
        resolve: { alias: { "pulumi-postgres-ha": join(import.meta.dirname, "index.ts") } },
        // Pulumi's mocks belong to a whole process.
        test: { name: "unit-graph", include: ["test/unit/**/*.test.ts"] },
      },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          // One engine, two cores: the files run one after the other.
          fileParallelism: false,
          globalSetup: ["test/support/running-stack.ts"],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
