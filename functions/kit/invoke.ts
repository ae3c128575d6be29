import * as z from "zod";
import { MAX_REASON_CHARACTERS } from "../../shared/approval/review.ts";
import { RequestId } from "../../shared/connection/connection.ts";
import type { AdaptiveCard } from "../../shared/notify/teams/elements.ts";

/** What every activity of Teams says of itself. */
export const Activity = z.object({
  type: z.string(),
  channelId: z.literal("msteams"),
  serviceUrl: z.string(),
  conversation: z.object({ tenantId: z.guid().toLowerCase().optional() }).optional(),
  channelData: z.object({ tenant: z.object({ id: z.guid().toLowerCase() }).optional() }).optional(),
});
export type Activity = z.infer<typeof Activity>;

const asked = {
  request: RequestId,
  /** Number of the record that asks, as the card had it. */
  asked: z.int().positive(),
};

/**
 * A click on one of our cards, or its refresh.
 * @see https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
 */
export const CardAction = z.object({
  type: z.literal("invoke"),
  name: z.literal("adaptiveCard/action"),
  from: z.object({ aadObjectId: z.guid().toLowerCase() }),
  conversation: z.object({ id: z.string() }),
  /** Id of the message that holds the card. */
  replyToId: z.string(),
  value: z.object({
    action: z.discriminatedUnion("verb", [
      z.object({ verb: z.literal("refresh"), data: z.object(asked) }),
      z.object({
        verb: z.enum(["approve", "reject"]),
        data: z.object({ ...asked, reason: z.string().trim().max(MAX_REASON_CHARACTERS).default("") }),
      }),
    ]),
  }),
});
export type CardAction = z.infer<typeof CardAction>;

/** The tenant that an activity is of; null where it names none, or two. */
export function tenantOf({ conversation, channelData }: Activity): string | null {
  const named = [conversation?.tenantId, channelData?.tenant?.id].filter((id) => id !== undefined);
  const [tenant, ...others] = new Set(named);
  return tenant === undefined || others.length > 0 ? null : tenant;
}

/** What Teams is answered: HTTP says 200 whatever came of the click. */
export type InvokeResponse =
  | { statusCode: 200; type: "application/vnd.microsoft.card.adaptive"; value: AdaptiveCard }
  | { statusCode: 200; type: "application/vnd.microsoft.activity.message"; value: string }
  | {
      statusCode: 400;
      type: "application/vnd.microsoft.error";
      value: { code: string; message: string };
    };

export const withCard = (value: AdaptiveCard): InvokeResponse => ({
  statusCode: 200,
  type: "application/vnd.microsoft.card.adaptive",
  value,
});

export const withMessage = (value: string): InvokeResponse => ({
  statusCode: 200,
  type: "application/vnd.microsoft.activity.message",
  value,
});

export const withError = (message: string): InvokeResponse => ({
  statusCode: 400,
  type: "application/vnd.microsoft.error",
  value: { code: "BadRequest", message },
});
