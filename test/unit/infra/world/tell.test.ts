import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { dataFolder } from "../../../../infra/local/supervisor/data-folder.ts";
import type { Endpoints } from "../../../../infra/local/supervisor/endpoints.ts";
import { tellFigures, tellInbox, tellNextSteps } from "../../../../infra/local/world/tell.ts";

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
  teams: { page: "http://127.0.0.1:7075", api: "https://127.0.0.1:7076" },
  pids: { supervisor: 1, app: 2, cloud: 3 },
};

/** Every command that is printed for a stack on this folder, each with its arguments as a shell would pass them on. */
function commandsFor(folder: string): string[][] {
  const lines = tellNextSteps(dataFolder(folder), ENDPOINTS);
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
    expect(commandsFor(".local")).toEqual([
      expect.arrayContaining(["npm", "run", "request", "--", "--cluster", "aks-payments-prod"]),
      ["npm", "run", "--silent", "token", "--", "ana"],
    ]);
  });

  test.each(["elsewhere", "/tmp/my data", '/tmp/it\'s $HOME `x`; "y"'])(
    "name the data folder %s, each of them",
    (folder) => {
      const commands = commandsFor(folder);

      expect(commands).toHaveLength(2);
      expect(commands.map((command) => command.slice(-2))).toEqual(
        commands.map(() => ["--data", resolve(folder)]),
      );
    },
  );
});

test("the inbox's address stands alone, with the person to sign in as", () => {
  expect(tellInbox(ENDPOINTS)).toEqual([
    "",
    "  Open http://127.0.0.1:7071/inbox/ and sign in as Ana (approver).",
    "  What is posted to Teams is on http://127.0.0.1:7075/",
    "",
  ]);
});

test("figures tell what became of the requests, the commonest first", () => {
  const request = (state: string, outcome: string | null = null) => ({
    ...{ id: "pec-1", state, outcome, endpoint: "pe-a", consumer: "sub" },
  });

  const figures = tellFigures([
    ...[request("closed", "approved"), request("waiting"), request("applying"), request("waiting")],
  ]);

  expect(figures).toBe("4 requests: 2 waiting for people, 1 approved, 1 still applying");
});
