import { Client } from "minio";
import { eventually } from "../../support/sql.ts";
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
    // The project's image reads both from files that are not here.
    env: (user, password) => [
      `MINIO_ROOT_USER=${user}`,
      `MINIO_ROOT_PASSWORD=${password}`,
      "MINIO_ROOT_USER_FILE=",
      "MINIO_ROOT_PASSWORD_FILE=",
    ],
  });
  const client = new Client({
    endPoint: "127.0.0.1",
    port: server.port,
    useSSL: false,
    region: "us-east-1",
    accessKey: server.user,
    secretKey: server.password,
  });
  try {
    await eventually(() => client.listBuckets(), 30);
  } catch (error) {
    await server.remove();
    throw error;
  }
  return { ...server, client };
}
