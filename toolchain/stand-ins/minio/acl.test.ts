import { describe, expect, it } from "vitest";
import { aclOf, acls, policyOf } from "./acl.ts";

describe("an ACL", () => {
  it.each(acls)("%s is found again in its policy", (acl) => {
    expect(aclOf(policyOf(acl, "backups"), "backups", acl)).toBe(acl);
  });

  it("is found whatever the order of a server", () => {
    const policy = JSON.parse(policyOf("public-read", "backups"));
    for (const statement of policy.Statement) statement.Action.reverse();
    policy.Statement.reverse();
    expect(aclOf(JSON.stringify(policy), "backups", "private")).toBe("public-read");
  });

  it("is not found in a policy of somebody's own, nor in another bucket's", () => {
    const own = { Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::backups/*" }] };
    expect(aclOf(JSON.stringify(own), "backups", "private")).toBeUndefined();
    expect(aclOf(policyOf("public", "other"), "backups", "public")).toBeUndefined();
  });

  it("gives a stranger no more than it says", () => {
    expect(policyOf("public-read", "backups")).not.toContain("PutObject");
    expect(policyOf("public-write", "backups")).not.toContain("GetObject");
    expect(policyOf("private", "backups")).toBe("");
  });
});
