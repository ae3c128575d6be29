import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aHook, newKey, signedReview } from "./kit/hook.ts";
import { eventually } from "./kit/patience.ts";
import { newFolder } from "./kit/processes.ts";
import { ANSWERED, ASKED, settlesOnce } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const ASKS_TICKETS = `
apiVersion: policy/v1
kind: ConnectionPolicy
approvers:
  aks-platform: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] }
integrations:
  tickets: { signed: true }
default:
  ask: { approvers: [aks-platform], timeout: 8h }
whenUnknown:
  ask: { approvers: [aks-platform], timeout: 8h }
rules:
  - name: by-ticket
    when: { endpoint: { name: "pe-ticket-*" } }
    then: { ask: { approvers: [tickets], timeout: 8h } }
`;

const policy = join(newFolder(), "policy.yaml");
writeFileSync(policy, ASKS_TICKETS);
const key = newKey();
const hook = await aHook("tickets");
const stack = aStack({ POLICY: policy, INTEGRATION_KEYS_TICKETS: key, ...hook.settings });

test("a system that hears what is asked answers the event by its id, and hears how it ended", async () => {
  hook.whenever(async ({ id: asked, type }) => {
    if (!type.endsWith(".asked.v1")) return;
    const review = { asked, answer: "approve", externalId: "CHG0099", reason: "The change is approved." };
    const { status } = await stack.api.send("/api/integrations/tickets/reviews", signedReview(key, review));
    expect(status).toBe(200);
  });

  await stack.consumer.requests("pe-ticket-1");

  await settlesOnce(stack, "pe-ticket-1", [...ASKED, ...ANSWERED]);
  const { id } = await stack.api.request("pe-ticket-1");
  const kinds = () =>
    hook.heard.flatMap((event) => (event.id.startsWith(`${id}:`) ? [event.type.split(".").at(-2)] : []));
  await eventually(() => expect(kinds().at(-1)).toBe("closed"));
  expect(kinds()).toEqual(["received", "asked", "reviewed", "decided", "closed"]);
  expect((await stack.arm.connection("pe-ticket-1")).description).toMatch(
    /^Approved by integration tickets: The change is approved\./,
  );
});
