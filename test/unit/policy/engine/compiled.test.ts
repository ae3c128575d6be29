import { expect, test } from "vitest";
import type { PolicyContent } from "../../../../shared/policy/content.ts";
import { factsUsed } from "../../../../shared/policy/engine/compiled.ts";
import { aFreeze, aPolicy, approve, aRule, asks, during, onlyVisible, sameAs } from "./content.ts";

test.each<[string, Partial<PolicyContent>, string[]]>([
  ["nothing", {}, []],
  [
    "what rules look at",
    {
      rules: [
        aRule("r", { message: "x", "cluster.tags.a.b": "x" }, approve, {
          anyOf: [{ "endpoint.location": "x" }],
          unless: [{ "consumer.managementGroups": "x" }],
        }),
      ],
    },
    ["message", "cluster.tags", "endpoint.location", "consumer.managementGroups"],
  ],
  [
    "what they compare it with",
    { rules: [aRule("r", { "consumer.tags.a": sameAs("cluster.tags.a") }, approve)] },
    ["consumer.tags", "cluster.tags"],
  ],
  [
    "what visibility looks at",
    { visibility: onlyVisible([{ "consumer.tenant": "x" }]) },
    ["consumer.tenant"],
  ],
  [
    "what a freeze looks at",
    { freezes: [aFreeze("f", { time: during({ from: 0 }), source: "x" })] },
    ["time", "source"],
  ],
  ["nothing that is no fact", { rules: [aRule("r", { "endpoint.colour": "red" }, approve)] }, []],
  [
    "whom an ask keeps out",
    { rules: [aRule("r", { message: "x" }, asks(["aks"], { preventSelfReview: true }))] },
    ["message", "requesterId"],
  ],
])("the facts used are %s", (_name, said, expected) => {
  expect([...factsUsed(aPolicy(said))]).toEqual(expected);
});
