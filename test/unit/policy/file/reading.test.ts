import { expect, test } from "vitest";
import { readPolicyFile } from "../../../../shared/policy/file/read-policy-file.ts";
import { AKS } from "../builders.ts";

const text = `apiVersion: policy/v1
kind: ConnectionPolicy
lists: { used: [a], unused: [b] }
approvers:
  aks: { groups: [${AKS}, Admins] }
  nobody: { groups: [x] }
default: { ask: { approvers: [aks] } }
whenUnknown: { ask: { approvers: [aks] } }
visibility: { allow: { source: sweep } }
freeze:
  - { name: f1, when: { time: { until: 2027-01-04T07:00Z } }, then: wait }
rules:
  - name: r1
    when: { message: { in: used }, anyOf: [{ source: event }] }
    unless: [{ cluster: { tags: { env: "dev*" } } }]
    then: { ask: { approvers: [aks], quorum: 2 } }
`;
const reading = readPolicyFile(text, "policy.yaml", new Map([["lists/filed.txt", "x"]]));
const { content } = reading;
const [rule] = content?.rules ?? [];

test("tells where each part of the content stands", () => {
  const placeOf = (part: object | null | undefined): string => {
    const place = part ? reading.places.get(part) : undefined;
    return place ? text.slice(place.from, place.to).trim() : "nowhere";
  };

  expect(placeOf(rule)).toBe("r1");
  expect(placeOf(rule?.when)).toBe("message");
  expect(placeOf(rule?.when[0])).toBe("{ in: used }");
  expect(placeOf(rule?.anyOf[0]?.[0])).toBe("event");
  expect(placeOf(rule?.unless[0])).toBe("cluster");
  expect(placeOf(rule?.unless[0]?.[0])).toBe('"dev*"');
  expect(placeOf(rule?.outcome.kind === "ask" ? rule.outcome.ask : null)).toBe(
    "{ approvers: [aks], quorum: 2 }",
  );
  expect(placeOf(content?.freezes[0])).toBe("f1");
  expect(placeOf(content?.visibility)).toBe("visibility");
  expect(placeOf(content?.default)).toBe("default");
  expect(placeOf(content?.whenUnknown)).toBe("whenUnknown");
});

test("tells which lists and approvers are used, and where they are defined", () => {
  const lists = [...reading.lists].map(([name, { isUsed, isFile, report, entries }]) => ({
    name,
    isUsed,
    isFile,
    file: report.file,
    entries,
  }));
  const approvers = [...reading.approvers].map(([name, { at, groups, isUsed }]) => ({
    name: `${name} ${text.slice(at.from, at.to)}`,
    groups: groups.map((group) => `${group.id} ${text.slice(group.at.from, group.at.to)}`),
    isUsed,
  }));

  expect(lists).toEqual([
    { name: "used", isUsed: true, isFile: false, file: "policy.yaml", entries: ["a"] },
    { name: "unused", isUsed: false, isFile: false, file: "policy.yaml", entries: ["b"] },
    { name: "filed", isUsed: false, isFile: true, file: "lists/filed.txt", entries: ["x"] },
  ]);
  expect(approvers).toEqual([
    { name: "aks aks", groups: [`${AKS} ${AKS}`, "admins Admins"], isUsed: true },
    { name: "nobody nobody", groups: ["x x"], isUsed: false },
  ]);
});

test("approvers to whom everything falls that cannot be read are used", () => {
  const rejecting = text
    .replace(/default: .*/, "default: { reject: { reason: No. } }")
    .replace(/whenUnknown: .*\n/, "");

  expect(readPolicyFile(rejecting, "policy.yaml").approvers.get("nobody")?.isUsed).toBe(true);
});

test("a warning of somebody else is no error of the file", () => {
  const { report } = readPolicyFile(text, "policy.yaml");

  report.warn({ from: 0, to: 10 }, "look here");

  expect(report.isClean).toBe(true);
  expect(report.problems).toMatchObject([
    { severity: "warning", line: 1, column: 1, length: 10, message: "look here" },
  ]);
});

test("has no content when any of its files has an error", () => {
  const broken = readPolicyFile(text, "policy.yaml", new Map([["lists/filed.txt", ""]]));

  expect(broken).toMatchObject({ content: null, hash: "" });
  expect(broken.report.isClean).toBe(true);
});
