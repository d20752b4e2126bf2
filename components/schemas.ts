import { z } from "zod";
import { durationMistake, mebibytesOf, sizeMistake, sizePattern, sizeText } from "./units.ts";

/** A TCP port. */
export const port = z.int().min(1).max(65535);

/** Instances of a service that has no quorum. */
export const instances = z.int().min(1).max(16);

/**
 * A size of memory or of a volume: `"512MiB"`, `"16GiB"`, or a number of MiB, which is what it becomes.
 * Powers of 1000 are refused: `16GB` is read either way by different programs.
 */
export function size(minimum: number) {
  const least = `at least ${sizeText(minimum)}`;
  return z
    .union(
      [
        z.string().regex(sizePattern, { error: ({ input }) => sizeMistake(String(input)) }),
        z.int({ error: wrongType(() => "a whole number of MiB") }).min(minimum, { error: least }),
      ],
      { error: 'a size with its unit, MiB, GiB or TiB, e.g. "16GiB"' },
    )
    .transform(mebibytesOf)
    .pipe(z.number().min(minimum, { error: least }));
}

/** A memory limit. In MiB once parsed. */
export const memory = (minimum = 32) => size(minimum);

/** The error of a schema is asked for its checks too; they have their own words. */
const wrongType =
  (say: (input: unknown) => string) =>
  ({ code, input }: { code: string; input?: unknown }) =>
    code === "invalid_type" ? say(input) : undefined;

/** A duration in whole seconds. */
export function wholeSeconds({ min, max }: { min: number; max: number }) {
  return z
    .int({ error: wrongType((input) => durationMistake(input, max, true)) })
    .min(min)
    .max(max, { error: ({ input }) => durationMistake(input, max, true) });
}

/** A duration in seconds, fractions allowed. */
export function seconds({ min, max }: { min: number; max: number }) {
  return z
    .number({ error: wrongType((input) => durationMistake(input, max, false)) })
    .min(min)
    .max(max, { error: ({ input }) => durationMistake(input, max, false) });
}

/** An unquoted PostgreSQL identifier: what people can type without quotes, and a URL can hold as it is. */
export const identifier = z
  .string()
  .max(63)
  .regex(
    /^[a-z_][a-z0-9_]*$/,
    "a PostgreSQL name of lower-case letters, digits and _, that does not start with a digit",
  );

/** A value that `postgresql.conf` takes. */
export const setting = z.union([z.string(), z.number(), z.boolean()], {
  error: "a text, a number, true or false, as postgresql.conf takes it",
});

const cronFields = /^(\S+\s+){4}\S+$|^[1-5]?\d seconds$/;

/** When pg_cron runs a job: five fields of cron (UTC), or `"30 seconds"`. https://github.com/citusdata/pg_cron */
export const cronSchedule = z
  .string()
  .regex(
    cronFields,
    'a schedule of five fields (minute hour day month weekday, UTC), e.g. "0 2 * * *", or "30 seconds"',
  );
