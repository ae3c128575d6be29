import * as z from "zod";
import { Instant, instant, RequestId } from "../shared/connection/connection.ts";
import type { ApprovalRequest, RequestIn } from "../shared/request/request.ts";
import { linkViewOf } from "../shared/view/link-view.ts";
import { keep } from "./kit/access-log.ts";
import { type Link, linkIn, linkKeysOf, newLink, over, signLink } from "./kit/link.ts";
import { noSuchRequest, OneRequest } from "./kit/one-request.ts";
import { Problem } from "./kit/problem.ts";
import { route } from "./kit/route.ts";

const MAKE = "makeLink";
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const MAX_MINUTES = 3 * DAY_MINUTES;

const LinkForm = z.object({
  minutes: z
    .int()
    .min(1)
    .max(MAX_MINUTES)
    .default(DAY_MINUTES)
    .describe("For how long it is good: at most three days, and never longer than people may answer."),
});

const MadeLink = z.object({
  id: z.string().describe("By which the logs tell one link from another."),
  link: z.url().describe("What to send. Whoever has it sees the request, so send it to nobody else."),
  request: RequestId,
  asked: z
    .int()
    .describe("Number of the record that asks: once something else is asked, the link shows nothing."),
  expiresAt: Instant,
});

const Shown = z.object({
  id: RequestId,
  title: z.string(),
  status: z.object({
    tone: z.enum(["waiting", "good", "bad", "neutral"]),
    word: z.string(),
    sentence: z.string(),
  }),
  connection: z.object({
    heading: z.string(),
    lines: z.array(z.object({ label: z.string(), text: z.string() })),
  }),
  asked: z
    .object({ heading: z.string(), demands: z.array(z.object({ who: z.string(), text: z.string() })) })
    .nullable(),
  deadline: z
    .object({
      heading: z.string(),
      at: Instant,
      relative: z.string(),
      isOver: z.boolean(),
      sentence: z.string(),
    })
    .nullable(),
  expiresAt: Instant.describe("When the link ends."),
});

/** Where the page is that opens links. What stands behind `#` no browser sends, and no scanner of mail. */
const linkTo = (publicUrl: string, { requestId }: Link, token: string): string =>
  `${publicUrl}/link/#/requests/${requestId}/${token}`;

/** How long a link to it may be good, in epoch ms. @throws a `Problem` where nothing is asked */
function latest(
  { state, ask }: ApprovalRequest,
  nowMs: number,
): { readonly asked: number; readonly untilMs: number } {
  if (state !== "waiting")
    throw new Problem(
      "notWaiting",
      "A link shows what people are asked, and nobody is asked about this request now.",
    );
  const untilMs = Date.parse(ask.deadline);
  // Links count in whole seconds.
  if (untilMs - nowMs < 1_000) throw new Problem("deadlinePassed", "The time to answer is over.");
  return { asked: ask.seq, untilMs };
}

/** The request, while it is what the link was made for. @throws a `Problem` that says why it is not */
function linked(request: ApprovalRequest, { asked }: Link): RequestIn<"waiting" | "applying"> {
  if (request.state === "closed")
    throw over("linkClosed", "The request is closed, and links show nothing of it any more.");
  if ((request.state !== "waiting" && request.state !== "applying") || request.ask?.seq !== asked)
    throw over(
      "linkOutdated",
      "The link was made when something else was asked, or nobody is asked any more.",
    );
  return request;
}

export const linkRoutes = [
  route({
    operationId: MAKE,
    method: "POST",
    path: "requests/{id}/links",
    summary:
      "Make a link that shows somebody else what is asked, without a sign-in, and lets them do nothing",
    // Who may read may tell others what they read: a link only tells less, for some time, and is kept with who made it.
    role: "Reader",
    pathSchema: OneRequest,
    bodySchema: LinkForm,
    replySchema: MadeLink,
    problems: ["not-found", "not-waiting", "deadline-passed", "not-recorded"],
    handle: async ({ store, config }, { path: { id }, body: { minutes }, caller, context }) => {
      linkKeysOf(config);
      const request = await store.read(id);
      if (request === null) throw noSuchRequest(id);
      const now = new Date();
      const { asked, untilMs } = latest(request, now.getTime());
      const link = newLink({ requestId: id, asked }, Math.min(untilMs, now.getTime() + minutes * MINUTE_MS));
      const query = { id, asked: String(asked), link: link.id, until: link.expiresAt };
      await keep(store.accesses, caller, { operation: MAKE, query, count: 1 }, (line) => context.error(line));
      const token = await signLink(link, config, now);
      return {
        id: link.id,
        link: linkTo(config.PUBLIC_URL, link, token),
        request: id,
        asked,
        expiresAt: link.expiresAt,
      };
    },
  }),
  route({
    operationId: "viewByLink",
    method: "GET",
    path: "requests/{id}/view",
    summary: "What is asked, for whoever has a link to it and nothing else",
    role: null,
    linkedBy: ({ config }, request, { id = "" }) =>
      linkIn(request.headers.get("authorization"), id, config, new Date()),
    pathSchema: OneRequest,
    replySchema: Shown,
    problems: ["not-found", "bad-link", "link-over"],
    handle: async ({ store }, { path: { id }, link, context }) => {
      if (link === null) throw new Error("The route demands a link.");
      const request = await store.read(id);
      if (request === null) throw noSuchRequest(id);
      const view = linkViewOf(linked(request, link), instant(Date.now()));
      // Nothing is written: that the link was made is on record, and this says which one was opened.
      context.info(JSON.stringify({ event: "linkOpened", requestId: id, link: link.id }));
      return { ...view, id, expiresAt: link.expiresAt };
    },
  }),
];
