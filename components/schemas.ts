import { z } from "zod";

/** A TCP port. */
export const port = z.int().min(1).max(65535);

/** Instances of a service that has no quorum. */
export const instances = z.int().min(1).max(16);

/** A memory limit in MiB. */
export const memory = z.int().min(32);

/** An unquoted PostgreSQL identifier: what people can type without quotes, and a URL can hold as it is. */
export const identifier = z
  .string()
  .max(63)
  .regex(
    /^[a-z_][a-z0-9_]*$/,
    "a PostgreSQL name of lower-case letters, digits and _, that does not start with a digit",
  );

/** A value that `postgresql.conf` takes. */
export const setting = z.union([z.string(), z.number(), z.boolean()]);
