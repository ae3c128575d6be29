import { describe, expect, test } from "vitest";
import { circlesIn, type Imports, importsOfAll, roomOf } from "./sources.ts";

/**
 * Which room may import which. A room only imports what stands below it, so this list can be read as a plan of the house
 * (`shared/README.md`): from what users meet down to what a word means.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  functions: [
    "functions/kit",
    "shared/approval",
    "shared/config.ts",
    "shared/connection",
    "shared/evidence",
    "shared/health",
    "shared/intake",
    "shared/notify",
    "shared/policy",
    "shared/request",
    "shared/search",
    "shared/telemetry",
    "shared/text.ts",
    "shared/time-limit.ts",
    "shared/view",
    "shared/workflow",
  ],
  "functions/link/page": ["shared/view"],
  "functions/inbox/page": [
    "shared/connection",
    "shared/policy",
    "shared/policy-in-force",
    "shared/request",
    "shared/search",
    "shared/text.ts",
    "shared/view",
  ],
  "functions/kit": [
    "shared/approval",
    "shared/azure",
    "shared/config.ts",
    "shared/connection",
    "shared/evidence",
    "shared/facts",
    "shared/health",
    "shared/intake",
    "shared/integration-keys.ts",
    "shared/link-keys.ts",
    "shared/notify",
    "shared/policy",
    "shared/policy-in-force",
    "shared/request",
    "shared/search",
    "shared/store",
    "shared/telemetry",
    "shared/telemetry-export",
    "shared/text.ts",
    "shared/workflow",
  ],
  "shared/audit-tools": [
    "shared/config.ts",
    "shared/connection",
    "shared/digests-address.ts",
    "shared/evidence",
    "shared/policy-in-force",
    "shared/policy-tools",
    "shared/request",
    "shared/store",
    "shared/store-address.ts",
  ],
  "shared/doctor": [
    "shared/approvals-cli",
    "shared/audit-tools",
    "shared/azure",
    "shared/config.ts",
    "shared/connection",
    "shared/digests-address.ts",
    "shared/evidence",
    "shared/policy-tools",
    "shared/request",
    "shared/store",
    "shared/store-address.ts",
    "shared/text.ts",
  ],
  "shared/approvals-cli": [
    "shared/approval",
    "shared/connection",
    "shared/policy",
    "shared/policy-tools",
    "shared/request",
    "shared/search",
    "shared/text.ts",
    "shared/view",
  ],
  "shared/policy-tools": [
    "shared/approval",
    "shared/azure",
    "shared/config.ts",
    "shared/connection",
    "shared/evidence",
    "shared/facts",
    "shared/policy",
    "shared/policy-address.ts",
    "shared/policy-in-force",
    "shared/request",
    "shared/store",
    "shared/store-address.ts",
    "shared/text.ts",
  ],
  "shared/view": [
    "shared/approval",
    "shared/connection",
    "shared/policy",
    "shared/request",
    "shared/search",
    "shared/text.ts",
  ],
  "shared/azure": [
    "shared/connection",
    "shared/facts",
    "shared/intake",
    "shared/policy",
    "shared/policy-address.ts",
    "shared/policy-in-force",
    "shared/telemetry",
    "shared/text.ts",
    "shared/time-limit.ts",
  ],
  "shared/intake": [
    "shared/approval",
    "shared/connection",
    "shared/request",
    "shared/telemetry",
    "shared/text.ts",
    "shared/workflow",
  ],
  "shared/workflow": [
    "shared/approval",
    "shared/connection",
    "shared/facts",
    "shared/notify",
    "shared/policy",
    "shared/policy-in-force",
    "shared/request",
    "shared/telemetry",
    "shared/text.ts",
    "shared/time-limit.ts",
  ],
  "shared/facts": [
    "shared/connection",
    "shared/policy",
    "shared/request",
    "shared/text.ts",
    "shared/time-limit.ts",
  ],
  "shared/notify": [
    "shared/connection",
    "shared/policy",
    "shared/request",
    "shared/setting-kinds.ts",
    "shared/telemetry",
    "shared/text.ts",
    "shared/time-limit.ts",
    "shared/view",
  ],
  "shared/store": [
    "shared/connection",
    "shared/digests-address.ts",
    "shared/evidence",
    "shared/health",
    "shared/policy-in-force",
    "shared/request",
    "shared/search",
    "shared/store-address.ts",
    "shared/text.ts",
  ],
  "shared/evidence": ["shared/connection", "shared/request", "shared/text.ts"],
  "shared/search": ["shared/connection", "shared/policy", "shared/request"],
  "shared/approval": ["shared/connection", "shared/policy", "shared/request", "shared/text.ts"],
  "shared/health": ["shared/connection", "shared/policy-in-force", "shared/request", "shared/time-limit.ts"],
  "shared/policy-in-force": [
    "shared/connection",
    "shared/policy",
    "shared/policy-address.ts",
    "shared/text.ts",
    "shared/time-limit.ts",
  ],
  "shared/request": ["shared/connection", "shared/policy", "shared/telemetry", "shared/text.ts"],
  "shared/policy": ["shared/text.ts"],
  "shared/config.ts": [
    "shared/digests-address.ts",
    "shared/integration-keys.ts",
    "shared/link-keys.ts",
    "shared/notify",
    "shared/policy",
    "shared/policy-address.ts",
    "shared/policy-keys.ts",
    "shared/record-keys.ts",
    "shared/setting-kinds.ts",
    "shared/sign-in-settings.ts",
    "shared/store-address.ts",
    "shared/teams.ts",
    "shared/telemetry-settings.ts",
  ],
  "shared/telemetry-export": ["shared/telemetry"],
  "shared/telemetry": [],
  "shared/telemetry-settings.ts": [],
  "shared/teams.ts": ["shared/setting-kinds.ts", "shared/teams-bot.ts", "shared/teams-workflows.ts"],
  "shared/teams-bot.ts": ["shared/setting-kinds.ts", "shared/teams-workflows.ts"],
  "shared/teams-workflows.ts": ["shared/setting-kinds.ts"],
  "shared/sign-in-settings.ts": ["shared/setting-kinds.ts"],
  "shared/setting-kinds.ts": ["shared/connection"],
  "shared/integration-keys.ts": ["shared/notify", "shared/setting-kinds.ts"],
  "shared/record-keys.ts": [],
  "shared/link-keys.ts": [],
  "shared/digests-address.ts": ["shared/blob-address.ts", "shared/store-address.ts"],
  "shared/policy-address.ts": ["shared/blob-address.ts"],
  "shared/policy-keys.ts": ["shared/policy"],
  "shared/blob-address.ts": ["shared/store-address.ts"],
  "shared/store-address.ts": [],
  "shared/connection": ["shared/text.ts"],
  "shared/text.ts": [],
  "shared/time-limit.ts": [],

  infra: [
    "infra/azure/kit",
    "infra/azure/registration",
    "infra/azure/vault",
    "infra/local/arm",
    "infra/local/entra",
    "infra/local/event-grid",
    "infra/local/kit",
    "infra/local/service-bus",
    "infra/local/supervisor",
    "infra/local/teams",
    "infra/local/world",
    "shared/text.ts",
  ],
  "infra/azure/registration": ["infra/azure/kit", "infra/local/kit"],
  "infra/azure/vault": ["infra/azure/kit", "infra/local/kit"],
  "infra/azure/kit": ["infra/local/kit"],
  "infra/local/cli": ["infra/local/entra", "infra/local/kit", "infra/local/supervisor", "infra/local/world"],
  "infra/local/world": ["infra/local/entra", "infra/local/kit", "infra/local/supervisor"],
  "infra/local/supervisor": [
    "infra/local/arm",
    "infra/local/azurite",
    "infra/local/entra",
    "infra/local/functions-host",
    "infra/local/kit",
    "infra/local/teams",
  ],
  "infra/local/functions-host": ["infra/local/durable-task", "infra/local/kit"],
  "infra/local/durable-task": ["infra/local/kit"],
  "infra/local/arm": ["infra/local/kit"],
  "infra/local/entra": ["infra/local/kit"],
  "infra/local/event-grid": ["infra/local/kit"],
  "infra/local/service-bus": ["infra/local/kit"],
  "infra/local/teams": ["infra/local/kit"],
  "infra/local/azurite": ["infra/local/kit"],
  "infra/local/kit": [],
};

const imports = importsOfAll();

/** `room -> room`, with an import that makes it. Tests may import everything; nothing imports a test. */
function arrowsIn(all: Imports): ReadonlyMap<string, string> {
  const arrows = new Map<string, string>();
  for (const [file, others] of all)
    for (const other of others)
      if (roomOf(file) !== roomOf(other) && roomOf(file) !== "test")
        arrows.set(`${roomOf(file)} -> ${roomOf(other)}`, `${file} imports ${other}`);
  return arrows;
}

describe("the plan of the house", () => {
  const allowed = Object.entries(ALLOWED).flatMap(([room, others]) =>
    others.map((other) => `${room} -> ${other}`),
  );

  test("a folder imports only what the plan allows, types included", () => {
    const others = [...arrowsIn(imports)].filter(([arrow]) => !allowed.includes(arrow));

    expect(Object.fromEntries(others)).toEqual({});
  });

  test("the plan allows nothing that is not used", () => {
    const arrows = arrowsIn(imports);

    expect(allowed.filter((arrow) => !arrows.has(arrow))).toEqual([]);
  });

  test("the plan itself has no circle: every arrow runs down", () => {
    expect(circlesIn(new Map(Object.entries(ALLOWED)))).toEqual([]);
  });

  test("no files import one another in a circle, not even for their types", () => {
    expect(circlesIn(imports)).toEqual([]);
  });
});

describe("what looks at the imports", () => {
  test("sees all that there are: of every top folder, and types and dynamic imports, too", () => {
    for (const top of ["functions/", "shared/", "infra/", "test/"])
      expect([...imports.keys()].filter((file) => file.startsWith(top)).length).toBeGreaterThan(10);
    expect(imports.get("shared/workflow/port.ts")).toContain("shared/request/request.ts");
    expect(imports.get("shared/policy-in-force/check.ts")).toContain("shared/policy/file/load.ts");
  });

  test("finds a circle, and nothing where there is none", () => {
    const circle = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["b", "d"]],
      ["d", []],
    ]);

    expect(circlesIn(circle)).toEqual([["b", "c"]]);
    expect(
      circlesIn(
        new Map([
          ["a", ["b"]],
          ["b", []],
        ]),
      ),
    ).toEqual([]);
  });
});
