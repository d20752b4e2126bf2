import { configFolder } from "../../components/cluster/own-roles.ts";
import { patroniPort } from "../../components/cluster/patroni.ts";
import type { Instance } from "../instances/instance.ts";

/** Runs inside the member: its REST API is closed to the outside, and the password for the verbs that change something stays there. */
const request = `
import base64, sys, urllib.error, urllib.request, yaml
method, path, body = sys.argv[1:4]
login = yaml.safe_load(open("${configFolder}/secrets.yml"))["restapi"]["authentication"]
token = base64.b64encode(f"{login['username']}:{login['password']}".encode()).decode()
headers = {"Authorization": "Basic " + token, "Content-Type": "application/json"}
asked = urllib.request.Request("http://127.0.0.1:${patroniPort}" + path, body.encode() or None, headers, method=method)
try:
    answer = urllib.request.urlopen(asked)
except urllib.error.HTTPError as error:
    answer = error
print(answer.status)
print(answer.read().decode())
`;

/** Patroni's REST API of one member. https://patroni.readthedocs.io/en/latest/rest_api.html */
export class PatroniRest {
  readonly member: Instance;

  constructor(member: Instance) {
    this.member = member;
  }

  /** @throws where Patroni does not run, or answers with anything but 200. */
  async json<Answer>(method: "GET" | "PATCH", path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
    return JSON.parse(await this.text(method, path, body, signal)) as Answer;
  }

  async text(method: "GET" | "PATCH" | "POST", path: string, body?: unknown, signal?: AbortSignal): Promise<string> {
    const command = ["python3", "-c", request, method, path, body === undefined ? "" : JSON.stringify(body)];
    const printed = await this.member.run(command, signal);
    const end = printed.indexOf("\n");
    const [status, text] = [printed.slice(0, end), printed.slice(end + 1).trim()];
    if (status === "200") return text;
    throw new Error(`Patroni of ${this.member.name} answers ${method} ${path} with ${status}: ${text}`);
  }
}
