import { describe, expect, test } from "vitest";
import { authorize } from "../../../functions/kit/authorize.ts";
import type { Caller, Role } from "../../../functions/kit/sign-in.ts";

const WEB = "0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01";
const SCRIPT = "5f0a2c67-8f4f-4a9b-8f3b-7a3e1f0d2c02";
const SETTINGS = { REVIEW_SCOPE: "Approvals.ReadWrite", READ_SCOPE: "Approvals.Read", SIGN_IN_CLIENTS: [] };

const ana: Caller = {
  kind: "person",
  oid: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201",
  name: "Ana",
  groups: [],
  hasTooManyGroups: false,
  signInNames: [],
  authContexts: [],
  roles: ["Reader", "Approver"],
  isPerson: true,
  scopes: ["Approvals.Read", "Approvals.ReadWrite"],
  clientId: WEB,
};
const anApp: Caller = { ...ana, isPerson: false, scopes: [] };

/** The code of the refusal; null where there is none. */
function refusalOf(caller: Caller, role: Role, settings: Partial<Parameters<typeof authorize>[2]> = {}) {
  try {
    authorize(caller, role, { ...SETTINGS, ...settings });
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("who may", () => {
  test.each([
    [["Reader", "Approver"], true, "wrongRole"],
    [["Auditor"], true, null],
    [["Auditor"], false, null],
  ] as const)("with the roles %j, as a person: %s, audit: %s", (roles, isPerson, auditing) => {
    expect(refusalOf({ ...(isPerson ? ana : anApp), roles }, "Auditor")).toBe(auditing);
  });

  test.each<[string, Caller, string | null, string | null]>([
    ["a person with all", ana, null, null],
    ["one with the scope to review", { ...ana, scopes: ["Approvals.ReadWrite"] }, null, null],
    ["one with the scope to read", { ...ana, scopes: ["Approvals.Read"] }, null, "wrongScope"],
    ["one with scopes of other APIs", { ...ana, scopes: ["User.Read"] }, "wrongScope", "wrongScope"],
    [
      "one whose scope is spelled otherwise",
      { ...ana, scopes: ["approvals.readwrite"] },
      "wrongScope",
      "wrongScope",
    ],
    [
      "one whose scope only begins so",
      { ...ana, scopes: ["Approvals.ReadWrite.All"] },
      "wrongScope",
      "wrongScope",
    ],
    ["one without a scope", { ...ana, scopes: [] }, "wrongScope", "wrongScope"],
    ["one without a role", { ...ana, roles: [] }, "wrongRole", "wrongRole"],
    ["a reader", { ...ana, roles: ["Reader"] }, null, "wrongRole"],
    ["an approver who is no reader", { ...ana, roles: ["Approver"] }, "wrongRole", null],
    ["an auditor who is no reader", { ...ana, roles: ["Auditor"] }, null, "wrongRole"],
    ["an app with the roles", anApp, null, "notAPerson"],
    ["an app without a role", { ...anApp, roles: [] }, "wrongRole", "wrongRole"],
  ])("%s: reading %s, reviewing %s", (_who, caller, reading, reviewing) => {
    expect(refusalOf(caller, "Reader")).toBe(reading);
    expect(refusalOf(caller, "Approver")).toBe(reviewing);
  });

  test("only with the apps that are named, once any are", () => {
    const settings = { SIGN_IN_CLIENTS: [SCRIPT] };

    expect(refusalOf(ana, "Reader", settings)).toBe("wrongClient");
    expect(refusalOf(anApp, "Reader", settings)).toBe("wrongClient");
    expect(refusalOf({ ...ana, clientId: SCRIPT }, "Approver", settings)).toBeNull();
  });

  test("is what the settings say", () => {
    const settings = { REVIEW_SCOPE: "Decide", READ_SCOPE: "Look" };

    expect(refusalOf(ana, "Reader", settings)).toBe("wrongScope");
    expect(refusalOf({ ...ana, scopes: ["Look"] }, "Reader", settings)).toBeNull();
    expect(refusalOf({ ...ana, scopes: ["Decide"] }, "Approver", settings)).toBeNull();
  });
});

test.each<[string, Caller, Role, string]>([
  [
    "the scope to review",
    { ...ana, scopes: ["Approvals.Read"] },
    "Approver",
    "This needs the scope Approvals.ReadWrite: the app that you signed in with must ask for it.",
  ],
  [
    "the scopes to read",
    { ...ana, scopes: [] },
    "Reader",
    "This needs the scope Approvals.Read or Approvals.ReadWrite: the app that you signed in with must ask for it.",
  ],
  ["the role", { ...ana, roles: [] }, "Reader", "This needs the app role Reader or Auditor."],
  ["a person", anApp, "Approver", "Only a person can do this; the token is an app's."],
])("who lacks something is told that it is %s", (_what, caller, role, sentence) => {
  expect(() => authorize(caller, role, SETTINGS)).toThrow(sentence);
});
