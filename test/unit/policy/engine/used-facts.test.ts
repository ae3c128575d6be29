import { expect, test } from "vitest";
import { usedFacts } from "../../../../shared/policy/engine/used-facts.ts";
import { absent, aPolicy, approve, aRule, sameAs, someFacts, tagged, unknown } from "./content.ts";

const policy = aPolicy({
  rules: [aRule("r", { "consumer.tags.cost": sameAs("cluster.tags.cost.center"), message: "x" }, approve)],
});

test("only tags that a condition names are kept, however they are spelt, and everything else", () => {
  const facts = someFacts({
    consumer: { tags: tagged({ Cost: "1", COST: "2", "cost.center": "3", secret: "4" }) },
    cluster: { tags: tagged({ "Cost.Center": "5", cost: "6" }) },
  });

  expect(usedFacts(policy, facts)).toEqual({
    ...facts,
    consumer: { ...facts.consumer, tags: tagged({ Cost: "1", COST: "2" }) },
    cluster: { ...facts.cluster, tags: tagged({ "Cost.Center": "5" }) },
  });
});

test("tags that are unknown or absent stay so, and too many are unknown", () => {
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`t${index}`, "x"]));
  const tagsOf = (tags: Parameters<typeof someFacts>[0]) => {
    const { consumer, cluster } = usedFacts(policy, someFacts(tags));
    return [consumer.tags, cluster.tags];
  };

  expect(tagsOf({ consumer: { tags: unknown("403") }, cluster: { tags: absent } })).toEqual([
    unknown("403"),
    absent,
  ]);
  expect(tagsOf({ consumer: { tags: tagged(many) } })).toEqual([
    unknown("it has more than 200 tags"),
    tagged({}),
  ]);
});
