import { configFolder } from "../../components/cluster/own-roles.ts";
import { patroniPort } from "../../components/cluster/ports.ts";
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

/** One process that asks again and again: each new one would cost a tenth of a second of a core while the cluster starts. */
const awaitLeader = `
import json, sys, time, urllib.request
deadline = time.time() + float(sys.argv[1])
seen = "Patroni does not answer"
while time.time() < deadline:
    try:
        members = json.load(urllib.request.urlopen("http://127.0.0.1:${patroniPort}/cluster"))["members"]
        if any(m["role"] in ("leader", "standby_leader") and m["state"] == "running" for m in members):
            sys.exit(0)
        seen = ", ".join(f"{m['name']} {m['role']} {m['state']}" for m in members) or "no member yet"
    except (OSError, ValueError, KeyError) as error:
        seen = str(error)
    time.sleep(0.3)
sys.exit("no leader after " + sys.argv[1] + " s: " + seen)
`;

/** Patroni runs, and answers with something else than 200. */
export class PatroniRefused extends Error {}

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

  /** @throws where the cluster has no leader in that time. */
  async awaitLeader(seconds: number, signal?: AbortSignal): Promise<void> {
    await this.member.run(["python3", "-c", awaitLeader, String(seconds)], signal);
  }

  async text(method: "GET" | "PATCH" | "POST", path: string, body?: unknown, signal?: AbortSignal): Promise<string> {
    const command = ["python3", "-c", request, method, path, body === undefined ? "" : JSON.stringify(body)];
    const printed = await this.member.run(command, signal);
    const end = printed.indexOf("\n");
    const [status, text] = [printed.slice(0, end), printed.slice(end + 1).trim()];
    if (status === "200") return text;
    throw new PatroniRefused(`Patroni of ${this.member.name} answers ${method} ${path} with ${status}: ${text}`);
  }
}
