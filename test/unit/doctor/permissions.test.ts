import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { APPROVER_ACTIONS, CONSUMER_READER_ACTIONS } from "../../../shared/doctor/checks/roles.ts";
import { type Permission, permits } from "../../../shared/doctor/permissions.ts";

const READ = "Microsoft.ContainerService/managedClusters/read";
const WRITE = "Microsoft.ContainerService/managedClusters/privateEndpointConnections/write";

const may = (actions: string[], notActions: string[] = []): Permission => ({ actions, notActions });

describe("what permissions allow", () => {
  test.each<[string, Permission[], string, boolean]>([
    ["nothing", [], READ, false],
    ["the action itself", [may([READ])], READ, true],
    ["in another case", [may([READ.toUpperCase()])], READ, true],
    ["another action", [may([WRITE])], READ, false],
    ["everything", [may(["*"])], WRITE, true],
    ["all reads", [may(["*/read"])], READ, true],
    ["all reads, and no write", [may(["*/read"])], WRITE, false],
    ["all of a type", [may(["Microsoft.ContainerService/managedClusters/*"])], WRITE, true],
    [
      "all of a type, but not of one that begins so",
      [may(["Microsoft.ContainerService/managed/*"])],
      WRITE,
      false,
    ],
    ["two stars", [may(["Microsoft.*/privateEndpointConnections/*"])], WRITE, true],
    ["stars that would have to overlap", [may([`${WRITE}*write`])], WRITE, false],
    ["everything but this", [may(["*"], ["*/write"])], WRITE, false],
    ["everything but this, which another role gives", [may(["*"], ["*/write"]), may([WRITE])], WRITE, true],
    ["a longer action", [may([`${READ}/action`])], READ, false],
  ])("%s", (_what, permissions, action, expected) => {
    expect(permits(permissions, action)).toBe(expected);
  });
});

describe("the actions that are looked for", () => {
  const bicep = readFileSync(
    resolve(import.meta.dirname, "../../../infra/azure/modules/actions.bicep"),
    "utf8",
  );
  const inBicep = (name: string): string[] => {
    const [, list = ""] = new RegExp(`var ${name} = \\[([^\\]]*)\\]`).exec(bicep) ?? [];
    return [...list.matchAll(/'([^']+)'/g)].map(([, action = ""]) => action);
  };

  test.each([
    ["approverActions", APPROVER_ACTIONS],
    ["consumerReaderActions", CONSUMER_READER_ACTIONS],
  ] as const)("are those that the role gives: %s", (name, actions) => {
    expect([...actions]).toEqual(inBicep(name));
  });
});
