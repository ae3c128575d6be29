import { expect, test } from "vitest";
import { accountOf } from "../../../shared/request/account.ts";
import { ApprovalRequest } from "../../../shared/request/request.ts";
import { aPolicy, aTrail } from "../../fixtures/builders.ts";
import { ana, aRequirement, asked, assessed, reviewed } from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";

/** The same as a version wrote it that did not know these members yet. */
const without = (text: string, ...names: readonly string[]): string =>
  JSON.stringify(JSON.parse(text, (name, value: unknown) => (names.includes(name) ? undefined : value)));

test("what was written before there were authentication contexts and names of subscriptions still adds up", async () => {
  const { request, said } = aTrail(
    {},
    assessed(aPolicy()),
    asked(aRequirement({ quorum: 2 })),
    reviewed(ana),
  );
  const names = ["authContexts", "subscriptionName"];
  let head: string | null = null;
  const records = said.map((text, index) => {
    const before = without(text, ...names);
    head = SEALS.seal(head, before);
    return { seq: index + 1, said: before, seal: head };
  });
  const stored = ApprovalRequest.parse(
    JSON.parse(without(JSON.stringify({ ...request, head: records.at(-1)?.seal }), ...names)),
  );

  const whole = async () => ({ request: stored, records });
  const account = await accountOf({ store: { whole }, seals: SEALS }, request.id);

  expect(account.kind).toBe("sound");
  expect(stored.ask?.reviews).toMatchObject([{ by: { oid: ana.oid }, authContexts: [] }]);
  expect(stored.ask?.requirement.authContexts).toEqual([]);
});
