import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "./kit/patience.ts";
import { newFolder } from "./kit/processes.ts";
import { ASKS_IN_TEAMS, teamsOf } from "./kit/teams.ts";
import { ANSWERED, ASKED, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const policy = join(newFolder(), "policy.yaml");
writeFileSync(policy, ASKS_IN_TEAMS);
const stack = aStack({ POLICY: policy });
const { consumer, api } = stack;
const { cards, clicks } = teamsOf(stack.endpoints);

test("a question is one card of the bot, which leads into the inbox and shows the decision and the end in its place", async () => {
  await consumer.requests("pe-in-teams");
  await trailBecomes(stack, "pe-in-teams", ASKED);
  const { id, ask } = await api.request("pe-in-teams");
  await eventually(async () => expect(await cards()).toHaveLength(1));
  const [question] = await cards();

  expect((await api.reviews("bo", "pe-in-teams", "approve")).status).toBe(200);

  await settlesOnce(stack, "pe-in-teams", [...ASKED, ...ANSWERED]);
  expect(question).toMatchObject({
    by: "bot",
    headline: "Please review",
    link: `${stack.endpoints().app}/inbox/#/requests/${id}?asked=${ask?.seq}`,
  });
  await eventually(async () =>
    expect(await cards()).toMatchObject([{ id: question?.id, headline: "Closed: Approved" }]),
  );
});

test("where the policy says so, a click in the card answers: by the same rules, on record as given in Teams, and for everybody to see", async () => {
  await consumer.requests("pe-card-1");
  await trailBecomes(stack, "pe-card-1", ASKED);
  const { id } = await api.request("pe-card-1");
  const newest = async () => (await cards())[0];
  await eventually(async () => expect((await newest())?.link).toContain(id));
  const card = await newest();

  const ana = await clicks({ messageId: card?.id, person: "ana", verb: "approve" });
  const refreshed = await clicks({ messageId: card?.id, person: "bo" });
  const mute = await clicks({ messageId: card?.id, person: "bo", verb: "reject" });
  const bo = await clicks({
    messageId: card?.id,
    person: "bo",
    verb: "approve",
    inputs: { reason: "Known" },
  });

  expect(card?.buttons).toEqual(["Approve", "Reject", "Review", "Open cluster in portal"]);
  expect(JSON.stringify(ana)).toContain("You are in none of the groups that are asked.");
  expect(JSON.stringify(refreshed)).toContain('"verb":"approve"');
  expect(mute).toEqual({ kind: "message", text: expect.stringMatching(/^Say why:/) });
  expect(JSON.stringify(bo)).toContain("Your approval counts.");
  expect(JSON.stringify(bo)).not.toContain('"verb":"approve"');
  await settlesOnce(stack, "pe-card-1", [...ASKED, ...ANSWERED]);
  const review = (await api.records("pe-card-1")).find(({ kind }) => kind === "reviewed");
  expect(review).toMatchObject({ via: "teams", reason: "Known" });
  await eventually(async () =>
    expect(await newest()).toMatchObject({ id: card?.id, headline: "Closed: Approved" }),
  );
});

test("where the policy says nothing of it, a click answers nothing, whatever it says", async () => {
  await consumer.requests("pe-card-2");
  await trailBecomes(stack, "pe-card-2", ASKED);
  const { id: open } = await api.request("pe-card-2");
  await eventually(async () => expect((await cards())[0]?.link).toContain(open));
  const [clickable] = await cards();
  await consumer.requests("pe-signed-in");
  await trailBecomes(stack, "pe-signed-in", ASKED);
  const { id, ask } = await api.request("pe-signed-in");
  await eventually(async () => expect((await cards())[0]?.link).toContain(id));
  const [card] = await cards();

  expect(card?.buttons).toEqual(["Review", "Open cluster in portal"]);
  const outcome = await clicks({
    messageId: clickable?.id,
    person: "bo",
    verb: "approve",
    forged: {
      activity: {
        replyToId: card?.id,
        value: {
          action: { type: "Action.Execute", verb: "approve", data: { request: id, asked: ask?.seq } },
        },
      },
    },
  });

  expect(JSON.stringify(outcome)).toContain("The policy wants you to sign in for this: answer in the inbox.");
  expect(await stack.trail("pe-signed-in")).toEqual(ASKED);
});
