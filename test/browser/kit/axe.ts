import axe from "axe-core";
import { expect } from "vitest";
import type { Inbox } from "./inbox.ts";

/**
 * Nothing of what `axe` knows about accessibility is broken on the screen as it stands, in the light theme and in the dark one.
 * @param what is on the screen, for whoever reads that something is
 */
export async function isAccessible({ page }: Inbox, what = page.url()): Promise<void> {
  await page.evaluate(axe.source);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
      );
    });
    expect(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}
