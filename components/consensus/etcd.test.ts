import { expect, it } from "vitest";
import { etcdEnvironment } from "./etcd.ts";

it("tells every etcd member who it is and who the others are", () => {
  const members = ["etcd-1", "etcd-2", "etcd-3"].map((name) => ({ name, host: `${name}.example` }));
  expect(etcdEnvironment({ name: "etcd-2", host: "etcd-2.example" }, members, "orders")).toMatchObject({
    ETCD_NAME: "etcd-2",
    ETCD_INITIAL_ADVERTISE_PEER_URLS: "http://etcd-2.example:2380",
    ETCD_ADVERTISE_CLIENT_URLS: "http://etcd-2.example:2379",
    ETCD_INITIAL_CLUSTER:
      "etcd-1=http://etcd-1.example:2380,etcd-2=http://etcd-2.example:2380,etcd-3=http://etcd-3.example:2380",
    ETCD_INITIAL_CLUSTER_TOKEN: "orders",
  });
});
