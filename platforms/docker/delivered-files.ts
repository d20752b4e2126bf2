import type * as docker from "@pulumi/docker";
import { all, type ComponentResource, type Output, output } from "@pulumi/pulumi";
import { InstanceFiles } from "../../resources/instance-files.ts";
import type { InstanceAddress, Service } from "../service.ts";

/** The file that says that all others are there; its container waits for it. */
export const deliveredMark = "/run/delivered";

/** Puts the service's files into a container, and says how the container is reached, known once they are there. */
export function deliverFiles(
  service: Service,
  name: string,
  container: docker.Container,
  parent: ComponentResource,
  host?: string,
): Output<InstanceAddress> {
  const address = output({ docker: { container: container.id, name, ...(host === undefined ? {} : { host }) } });
  if (service.files.length === 0) return address;
  const files = Object.fromEntries(service.files.map(({ path, ...file }) => [path, file]));
  const delivered = new InstanceFiles(`${name}-files`, { instance: address, files, user: service.user }, { parent });
  return all([address, delivered.id]).apply(([known]) => known);
}
