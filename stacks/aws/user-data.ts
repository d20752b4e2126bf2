/**
 * What a machine does at its first start: it puts the volume with the data where Docker keeps its volumes, and installs Docker. A volume that holds
 * anything is never formatted, and without the volume Docker does not start: PostgreSQL would begin anew on an empty disk.
 */
export function userData({ dataVolume }: { readonly dataVolume?: number }): string {
  return `#!/bin/bash
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
${dataVolume === undefined ? "" : mountData}
apt-get update -qq
apt-get install -qq -y --no-install-recommends docker.io
usermod --append --groups docker admin
`;
}

const mountData = `
# The root's disk and those of the instance itself are no volumes that stay.
root=$(lsblk -no PKNAME "$(findmnt -no SOURCE /)")
data_disk() { lsblk -dnro NAME,MODEL | awk -v root="$root" '$1 != root && /Elastic.*Block.*Store/ { print "/dev/" $1; exit }'; }
# It is attached once the machine runs.
until disk=$(data_disk) && [ -n "$disk" ]; do sleep 1; done
[ -n "$(blkid -o value -s TYPE "$disk")" ] || mkfs.ext4 -q -L postgres-ha "$disk"
mkdir -p /var/lib/docker/volumes /etc/systemd/system/docker.service.d
echo 'LABEL=postgres-ha /var/lib/docker/volumes ext4 defaults,noatime 0 2' >> /etc/fstab
printf '[Unit]\\nRequiresMountsFor=/var/lib/docker/volumes\\n' > /etc/systemd/system/docker.service.d/data.conf
systemctl daemon-reload
mount /var/lib/docker/volumes
`;
