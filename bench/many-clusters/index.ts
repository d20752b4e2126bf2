import { Config } from "@pulumi/pulumi";
import { HaPostgres } from "../../components/index.ts";
import { DockerPlatform } from "../../platforms/docker/index.ts";

const count = new Config().requireNumber("count");

for (let number = 1; number <= count; number++) {
  const name = `cluster-${number}`;
  new HaPostgres(name, { platform: new DockerPlatform(name, { name }) });
}
