import type { Problem } from "../../components/arguments.ts";
import type { HaPostgresSettings } from "../../components/ha-postgres/args.ts";
import type { AwsSettings } from "./args.ts";

/** Stands in a preview where nobody has named a key; nobody has its private half. */
export const documentationKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${"A".repeat(48)} example`;

/** What a preview can do without, and nothing else can. */
export function missingForUp(
  { publicKey, operators, bucket }: Pick<AwsSettings, "publicKey" | "operators" | "bucket">,
  backups: HaPostgresSettings["bucket"],
): Problem[] {
  const makesBucket = backups.kind === "s3" && backups.accessKey === undefined;
  return [
    ...(publicKey === undefined
      ? [
          {
            path: "aws.publicKey",
            message: "it is missing; set it to the line in ~/.ssh/id_ed25519.pub, or of another key",
          },
        ]
      : []),
    ...(operators.length === 0
      ? [
          {
            path: "aws.operators",
            message:
              "nobody may log in to the machines, so nothing can be started there; name the network from which you reach the VPC, e.g. a VPN's",
          },
        ]
      : []),
    ...(makesBucket && bucket === undefined
      ? [
          {
            path: "aws.bucket",
            message: `it is missing, and ${backups.bucket} is likely somebody else's: bucket names are shared by all accounts; choose one`,
          },
        ]
      : []),
  ];
}
