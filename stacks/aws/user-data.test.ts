import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { userData } from "./user-data.ts";

it.each([{}, { dataVolume: 100 }])("is a script that bash can read (%j)", (machine) => {
  const text = userData(machine);
  expect(text).toMatch(/^#!\/bin\/bash\n/);
  expect(spawnSync("bash", ["-n"], { input: text, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  expect(text).toContain("docker.io");
});

it("mounts the data before Docker is there, and formats only what is empty", () => {
  const text = userData({ dataVolume: 100 });
  expect(text.indexOf("mount /var/lib/docker/volumes")).toBeLessThan(text.indexOf("docker.io"));
  expect(text).toMatch(/\[ -n "\$\(blkid -o value -s TYPE "\$disk"\)" \] \|\| mkfs\.ext4/);
  expect(userData({})).not.toContain("mkfs");
});

/** A disk as `lsblk` lists it, and what the script makes of the list. */
function chosen(lsblk: string): string {
  const [line = ""] = userData({ dataVolume: 1 })
    .split("\n")
    .filter((text) => text.startsWith("data_disk()"));
  const script = `root=nvme0n1; lsblk() { printf '%s' "$DISKS"; }; ${line}; data_disk`;
  return spawnSync("bash", ["-c", script], { env: { ...process.env, DISKS: lsblk }, encoding: "utf8" }).stdout.trim();
}

it.each([
  [
    "the attached volume",
    "nvme0n1 Amazon\\x20Elastic\\x20Block\\x20Store\nnvme1n1 Amazon\\x20Elastic\\x20Block\\x20Store\n",
    "/dev/nvme1n1",
  ],
  ["nothing while it is not attached", "nvme0n1 Amazon\\x20Elastic\\x20Block\\x20Store\n", ""],
  [
    "no disk of the instance itself",
    "nvme0n1 Amazon\\x20Elastic\\x20Block\\x20Store\nnvme1n1 Amazon\\x20EC2\\x20NVMe\\x20Instance\\x20Storage\n",
    "",
  ],
])("takes %s", (_, disks, disk) => {
  expect(chosen(disks)).toBe(disk);
});
