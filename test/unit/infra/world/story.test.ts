import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { dataFolder } from "../../../../infra/local/supervisor/data-folder.ts";
import type { Endpoints } from "../../../../infra/local/supervisor/endpoints.ts";
import type { ShownRequest } from "../../../../infra/local/world/requests.ts";
import { tellNextSteps } from "../../../../infra/local/world/story.ts";

const ANAS_GROUP = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";

const ENDPOINTS: Endpoints = {
  app: "http://127.0.0.1:7071",
  arm: "https://127.0.0.1:7072",
  armCa: "/data/tls/ca.pem",
  armControl: { url: "https://127.0.0.1:7072/_control", key: "secret" },
  serviceBus: "Endpoint=sb://127.0.0.1:7073",
  queue: "hints",
  storage: null,
  entra: "http://127.0.0.1:7074",
  tenantId: "bc28be56-ad87-4cf5-ae34-fb304dc38c65",
  audience: "api://test",
  pids: { supervisor: 1, app: 2, cloud: 3 },
};

const waitsFor = (group: string): ShownRequest => ({
  id: "pec-1",
  state: "waiting",
  connectionId: "/subscriptions/s/privateEndpointConnections/pe-a.1",
  privateEndpointId: "/subscriptions/s/privateEndpoints/pe-a",
  ask: { seq: 3, requirement: { requirements: [{ groups: [group] }] } },
  closure: null,
});

/** Every command that is printed for a stack on this folder, each with its arguments as a shell would pass them on. */
function commandsFor(folder: string): string[][] {
  const lines = tellNextSteps(dataFolder(folder), ENDPOINTS, [waitsFor(ANAS_GROUP)]);
  const script = lines.filter((line) => line.startsWith("  ")).join("\n");
  // The shell itself tells what it would run: npm writes its arguments, and curl says nothing.
  const spy = String.raw`npm() { { printf '%s\n' npm "$@"; echo; } >&3; }; curl() { :; };`;
  const said = execFileSync("sh", ["-c", `exec 3>&1; ${spy}\n${script}`], { encoding: "utf8" });
  return said
    .trimEnd()
    .split("\n\n")
    .map((command) => command.split("\n"));
}

describe("the commands that npm start prints", () => {
  test("get their tokens without npm's banner, and one more consumer", () => {
    const audience = ["--audience", "https://management.azure.com"];

    expect(commandsFor(".local")).toEqual([
      ["npm", "run", "--silent", "token", "--", "ana"],
      ["npm", "run", "--silent", "token", "--", "ana", ...audience],
      ["npm", "run", "--silent", "token", "--", "ana"],
      expect.arrayContaining(["npm", "run", "request", "--", "--cluster", "aks-payments-prod"]),
    ]);
  });

  test.each(["elsewhere", "/tmp/my data", '/tmp/it\'s $HOME `x`; "y"'])(
    "name the data folder %s, each of them",
    (folder) => {
      const commands = commandsFor(folder);

      expect(commands).toHaveLength(4);
      expect(commands.map((command) => command.slice(-2))).toEqual(
        commands.map(() => ["--data", resolve(folder)]),
      );
    },
  );

  test("leave out the review when no demo person may give it", () => {
    const lines = tellNextSteps(dataFolder(".local"), ENDPOINTS, [waitsFor("another group")]);

    expect(lines).toContain("None of the demo people may review pe-a.");
    expect(lines.join("\n")).not.toContain("/reviews");
  });
});
