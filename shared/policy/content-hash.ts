import { createHash } from "node:crypto";
import type { PolicyContent } from "./content.ts";
import { byCodeUnits } from "./text.ts";

/**
 * SHA-256, in hex, of what a policy says: comments, layout, and the order of rules and of lists that nobody uses do not
 * change it. Whoever has the content can tell whether a hash is its own.
 */
export const hashOfContent = (content: PolicyContent): string =>
  createHash("sha256")
    .update(
      JSON.stringify(
        {
          ...content,
          rules: byName(content.rules),
          freezes: byName(content.freezes),
          integrations: byName(content.integrations),
        },
        withoutLines,
      ),
    )
    .digest("hex");

const byName = <T extends { readonly name: string }>(named: readonly T[]): readonly T[] =>
  named.toSorted((a, b) => byCodeUnits(a.name, b.name));

const withoutLines = (key: string, value: unknown): unknown => (key === "line" ? undefined : value);
