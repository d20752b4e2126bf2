import { Client } from "minio";
import { imageFor, startThrowaway, type Throwaway } from "./throwaway.ts";

export interface ThrowawayMinio extends Throwaway {
  readonly client: Client;
}

/** A MinIO that answers. POSTGRES_HA_TEST_MINIO_IMAGE names another image than the project's own. */
export async function startMinio(): Promise<ThrowawayMinio> {
  const server = await startThrowaway({
    image: await imageFor("minio", "POSTGRES_HA_TEST_MINIO_IMAGE"),
    port: 9000,
    user: "throwaway",
    command: ["minio", "server", "/tmp/throwaway", "--address", ":9000"],
    // The project's image names files that are not here.
    env: (user, password) => [
      `MINIO_ROOT_USER=${user}`,
      `MINIO_ROOT_PASSWORD=${password}`,
      "MINIO_ROOT_USER_FILE=",
      "MINIO_ROOT_PASSWORD_FILE=",
    ],
    probe: (started) => clientOf(started).listBuckets(),
  });
  return { ...server, client: clientOf(server) };
}

function clientOf({ port, user, password }: Pick<Throwaway, "port" | "user" | "password">): Client {
  return new Client({
    endPoint: "127.0.0.1",
    port,
    useSSL: false,
    region: "us-east-1",
    accessKey: user,
    secretKey: password,
  });
}
