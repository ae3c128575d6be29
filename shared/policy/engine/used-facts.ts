import { type FactName, type Facts, factNameOf, type Tags } from "../facts.ts";
import { fold } from "../text.ts";
import type { Policy } from "./compiled.ts";
import { hasTooManyTags, TOO_MANY_TAGS } from "./read-facts.ts";

/**
 * The facts without the tags that no condition names: the policy decides by these just as it does by all of them, and
 * nothing is put on record that it does not need.
 */
export function usedFacts(policy: Policy, facts: Facts): Facts {
  const { consumer, cluster } = facts;
  return {
    ...facts,
    consumer: { ...consumer, tags: named(consumer.tags, tagsUsed(policy, "consumer.tags")) },
    cluster: { ...cluster, tags: named(cluster.tags, tagsUsed(policy, "cluster.tags")) },
  };
}

/** Names, folded, of the tags that conditions look at. */
function tagsUsed({ fields }: Policy, of: FactName): ReadonlySet<string | null> {
  return new Set(fields.filter((field) => factNameOf(field) === of).map(({ tag }) => tag));
}

function named(tags: Tags, used: ReadonlySet<string | null>): Tags {
  if (tags.kind !== "value") return tags;
  if (hasTooManyTags(tags.value)) return TOO_MANY_TAGS;
  const entries = Object.entries(tags.value).filter(([name]) => used.has(fold(name)));
  return { kind: "value", value: Object.fromEntries(entries) };
}
