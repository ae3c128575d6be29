import type { Field } from "../../policy/facts.ts";

const TAGS = ["env", "environment", "stage", "tier"];

/** What tells production from other clusters, by the names that teams give it. */
export const STAGES: readonly Field[] = [
  ...TAGS.map((tag) => fieldOf(["cluster", "tags"], tag)),
  fieldOf(["cluster", "name"]),
  fieldOf(["cluster", "resourceGroup"]),
];

/** Whether the field is a tag that tells production from other clusters. */
export const isStageTag = ({ path, tag }: Field): boolean =>
  path.join(".") === "cluster.tags" && tag !== null && TAGS.includes(tag);

function fieldOf(path: readonly string[], tag: string | null = null): Field {
  return { name: path.join("."), path, tag };
}
