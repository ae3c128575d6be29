import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { SECURITY_CHANNEL } from "../../infra/local/teams/demo.ts";
import { eventually } from "./kit/patience.ts";
import { newFolder } from "./kit/processes.ts";
import { ANSWERED, ASKED, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const NOTIFIED = `
apiVersion: policy/v1
kind: ConnectionPolicy
approvers:
  security-duty: { groups: [c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2], notify: [security-duty] }
default:
  ask: { approvers: [security-duty], quorum: 1, timeout: 8h }
whenUnknown:
  ask: { approvers: [security-duty], quorum: 1, timeout: 8h }
rules: []
`;

const Messages = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      conversationId: z.string(),
      author: z.object({ kind: z.string() }),
      cards: z.tuple([
        z.object({
          body: z.tuple([z.object({ inlines: z.tuple([z.object({ text: z.string() })]) })]).rest(z.unknown()),
          actions: z.array(z.object({ url: z.string() })),
        }),
      ]),
    }),
  ),
});

const policy = join(newFolder(), "policy.yaml");
writeFileSync(policy, NOTIFIED);
const stack = aStack({ POLICY_FILE: policy });
const { consumer, api } = stack;

/** What stands in the channel, newest first. */
async function cardsInChannel() {
  const { teams, armControl } = stack.endpoints();
  const url = `${teams.api}/_control/messages?conversation=${encodeURIComponent(SECURITY_CHANNEL.id)}`;
  const response = await fetch(url, { headers: { "x-control-key": armControl.key } });
  return Messages.parse(await response.json()).value.map(({ id, author, cards: [{ body, actions }] }) => ({
    id,
    by: author.kind,
    headline: body[0].inlines[0].text,
    link: actions[0]?.url,
  }));
}

test("a question is one card of the bot, which leads into the inbox and shows the decision and the end in its place", async () => {
  await consumer.requests("pe-in-teams");
  await trailBecomes(stack, "pe-in-teams", ASKED);
  const { id, ask } = await api.request("pe-in-teams");
  await eventually(async () => expect(await cardsInChannel()).toHaveLength(1));
  const [question] = await cardsInChannel();

  expect((await api.reviews("bo", "pe-in-teams", "approve")).status).toBe(200);

  await settlesOnce(stack, "pe-in-teams", [...ASKED, ...ANSWERED]);
  expect(question).toMatchObject({
    by: "bot",
    headline: "Please review",
    link: `${stack.endpoints().app}/inbox/#/requests/${id}?asked=${ask?.seq}`,
  });
  await eventually(async () =>
    expect(await cardsInChannel()).toMatchObject([{ id: question?.id, headline: "Closed: Approved" }]),
  );
});
