import * as z from "zod";
import type { Card } from "./card.ts";
import { CARD_TYPE } from "./constants.ts";

/** A person of the tenant. */
export interface Person {
  /** Object id in Entra. */
  readonly oid: string;
  readonly name: string;
  readonly displayName: string;
}

/** A channel of a team. */
export interface Conversation {
  /** As in `19:...@thread.tacv2`. */
  readonly id: string;
  readonly name: string;
}

/** A flow that posts to one channel what comes to its webhook. */
export interface Workflow {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly conversationId: string;
}

/** A bot that is installed in every channel, unless it was taken out of one. */
export interface Bot {
  /** Client id of its application or of its managed identity. */
  readonly id: string;
  readonly name: string;
  /** Where the connector calls it, `https://.../api/messages`. */
  readonly endpoint: string;
}

/** What there is in one tenant's Teams. */
export interface Organisation {
  readonly tenantId: string;
  readonly people: readonly Person[];
  readonly conversations: readonly Conversation[];
  readonly workflows: readonly Workflow[];
  readonly bots: readonly Bot[];
}

/** An attachment as it comes; what is in it is looked at where it is shown. */
const Attachment = z.looseObject({ contentType: z.string().optional(), content: z.unknown() });

/**
 * What the template of a webhook's flow reads of a body.
 * @see https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#send-adaptive-cards-using-an-incoming-webhook
 */
export const Envelope = z.looseObject({
  type: z.literal("message", { error: "must be 'message'" }),
  attachments: z.array(Attachment, { error: "The result must be a valid array." }),
});

/**
 * What a bot posts.
 * @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object
 */
export const MessageActivity = z.looseObject({
  type: z.literal("message", { error: "Activity type must be 'message'." }),
  text: z.string().optional(),
  summary: z.string().optional(),
  attachments: z
    .array(z.looseObject({ contentType: z.literal(CARD_TYPE), content: z.unknown() }))
    .default([]),
});

/**
 * What a bot answers an invoke of a card's action with.
 * @see https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
 */
export const InvokeResponse = z.discriminatedUnion("type", [
  z.looseObject({ statusCode: z.literal(200), type: z.literal(CARD_TYPE), value: z.unknown() }),
  z.looseObject({
    statusCode: z.literal(200),
    type: z.literal("application/vnd.microsoft.activity.message"),
    value: z.string(),
  }),
  z.looseObject({
    statusCode: z.union([z.literal(400), z.literal(500)]),
    type: z.literal("application/vnd.microsoft.error"),
    value: z.looseObject({ code: z.string(), message: z.string() }),
  }),
]);

/** Who wrote a message. */
export type Author = { readonly kind: "workflow" | "bot"; readonly id: string; readonly name: string };

/** A message in a channel, as everybody sees it. */
export interface Message {
  readonly id: string;
  readonly conversationId: string;
  readonly author: Author;
  readonly text: string | undefined;
  readonly cards: readonly Card[];
  /** ISO 8601. */
  /** Id of the message to which it is a reply; absent where it begins a thread. */
  readonly threadId?: string | undefined;
  readonly postedAt: string;
  readonly updatedAt: string | undefined;
}

/** One run of a flow: the only place where a card that could not be posted shows. */
export interface Run {
  readonly id: string;
  readonly workflowId: string;
  readonly at: string;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** The body that triggered it, as it came. */
  readonly body: string;
  /** The messages that it posted. */
  readonly messageIds: readonly string[];
}

/** What came of a click. */
export type InvokeOutcome =
  | { readonly kind: "card"; readonly card: Card }
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  /** Whoever clicked reads that something went wrong, and no more; `why` is for whoever runs this. */
  | { readonly kind: "failed"; readonly why: string };

/** A click, or a refresh that nobody asked for, and what came of it. */
export interface Invoke {
  readonly at: string;
  readonly messageId: string;
  readonly person: string;
  readonly trigger: "manual" | "automatic";
  readonly title: string;
  /** The activity as the bot got it. */
  readonly activity: unknown;
  readonly outcome: InvokeOutcome;
}

/** What came over the wire, and how it was answered; the query, which holds the signature, is left out. */
export interface LoggedRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The scripted trouble that was played on it. */
  readonly trouble: string | undefined;
}
