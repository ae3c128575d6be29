import * as z from "zod";
import type { Endpoints } from "../../../infra/local/supervisor/endpoints.ts";
import { SECURITY_CHANNEL } from "../../../infra/local/teams/demo.ts";
import type { Conversation } from "../../../infra/local/teams/schemas.ts";

const Messages = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      author: z.object({ kind: z.string() }),
      cards: z.tuple([
        z.object({
          body: z.tuple([z.object({ inlines: z.tuple([z.object({ text: z.string() })]) })]).rest(z.unknown()),
          actions: z.array(z.object({ title: z.string(), url: z.string().optional() })),
        }),
      ]),
    }),
  ),
});

const RawCards = z.object({
  value: z.array(
    z.object({
      cards: z.tuple([
        z.object({
          body: z.array(z.looseObject({ type: z.string() })),
          actions: z.array(z.object({ url: z.string().optional() })),
        }),
      ]),
    }),
  ),
});

const Outcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("card"), card: z.looseObject({ body: z.array(z.unknown()) }) }),
  z.object({ kind: z.literal("message"), text: z.string() }),
  z.object({ kind: z.literal("refused"), code: z.string(), message: z.string() }),
  z.object({ kind: z.literal("failed"), why: z.string() }),
]);

/** A click on a card, as the control interface of Teams takes it. */
export interface Click {
  readonly messageId: string | undefined;
  readonly person: string;
  /** None: the card is refreshed. */
  readonly verb?: "approve" | "reject";
  readonly inputs?: Readonly<Record<string, string>>;
  readonly forged?: {
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly activity?: Readonly<Record<string, unknown>>;
    readonly authorization?: string | null;
  };
}

/** What stands in the channels of Teams, and who clicks there. */
export function teamsOf(endpoints: () => Endpoints) {
  const control = (path: string, body?: unknown): Promise<Response> => {
    const { teams, armControl } = endpoints();
    return fetch(`${teams.api}/_control/${path}`, {
      headers: { "x-control-key": armControl.key, "content-type": "application/json" },
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    });
  };
  const cardsIn = async ({ id: conversation }: Pick<Conversation, "id">) => {
    const response = await control(`messages?conversation=${encodeURIComponent(conversation)}`);
    return Messages.parse(await response.json()).value.map(({ id, author, cards: [{ body, actions }] }) => ({
      id,
      by: author.kind,
      headline: body[0].inlines[0].text,
      buttons: actions.map(({ title }) => title),
      link: actions.find(({ url }) => url !== undefined)?.url,
    }));
  };
  return {
    /** Newest first. */
    cardsIn,
    /** The same, whole. */
    rawCardsIn: async ({ id: conversation }: Pick<Conversation, "id">) => {
      const response = await control(`messages?conversation=${encodeURIComponent(conversation)}`);
      return RawCards.parse(await response.json()).value.map(({ cards: [card] }) => card);
    },
    /** Those of the group security-duty. */
    cards: () => cardsIn(SECURITY_CHANNEL),
    /** What goes wrong there. */
    trouble: async (line: Readonly<Record<string, unknown>>) => {
      const { status } = await control("troubles", line);
      if (status !== 204) throw new Error(`The trouble was answered with ${status}.`);
    },
    /** Nothing goes wrong any more. */
    mend: async () => {
      const { teams, armControl } = endpoints();
      const headers = { "x-control-key": armControl.key };
      await fetch(`${teams.api}/_control/troubles`, { method: "DELETE", headers });
    },
    /** What whoever clicked is shown. */
    clicks: async (click: Click) => Outcome.parse(await (await control("invokes", click)).json()),
    /** What Microsoft Graph does from now on. */
    graph: async (trouble: Readonly<Record<string, unknown>>) => {
      const { entra, armControl } = endpoints();
      const headers = { "x-control-key": armControl.key };
      const { status } = await fetch(`${entra}/_control/graph`, {
        method: "POST",
        headers,
        body: JSON.stringify(trouble),
      });
      if (status !== 200) throw new Error(`Graph's trouble was answered with ${status}.`);
    },
  };
}

/** Asks the group security-duty, which hears by the bot; what is called `pe-card-…` may be answered in its card. */
export const ASKS_IN_TEAMS = `
apiVersion: policy/v1
kind: ConnectionPolicy
approvers:
  security-duty: { groups: [c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2], notify: [security-duty] }
default:
  ask: { approvers: [security-duty], quorum: 1, timeout: 8h }
whenUnknown:
  ask: { approvers: [security-duty], quorum: 1, timeout: 8h }
rules:
  - name: in-card
    when: { endpoint: { name: "pe-card-*" } }
    then: { ask: { approvers: [security-duty], quorum: 1, timeout: 8h, inCard: true } }
`;

/** Asks two groups, of which one hears by a flow and the other one by the bot. */
export const ASKS_BOTH = `
apiVersion: policy/v1
kind: ConnectionPolicy
approvers:
  aks-platform: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] }
  security-duty: { groups: [c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2], notify: [security-duty] }
default:
  ask: { approvers: { aks-platform: 1, security-duty: 1 }, timeout: 3d }
whenUnknown:
  ask: { approvers: { aks-platform: 1, security-duty: 1 }, timeout: 3d }
rules: []
`;
