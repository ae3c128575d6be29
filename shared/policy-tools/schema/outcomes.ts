// biome-ignore-all lint/suspicious/noThenProperty: it is a word of the policy language, and of JSON Schema
import { ASK, AUTH_CONTEXT, QUORUM_BOUNDS } from "../../policy/file/ask.ts";
import { ONLY_ASK, REJECT } from "../../policy/file/outcomes.ts";
import { OnTimeout } from "../../policy/verdict.ts";
import { listOf, mapping, named, oneOfKeys, ref, type Schema, words } from "./parts.ts";

const reject = mapping(REJECT, {
  reason: ref("sentence", "Tells the consumer why; a rejected connection can never be approved again."),
});

const names = listOf(ref("name"), { uniqueItems: true });

const ask = mapping(
  ASK,
  {
    approvers: {
      anyOf: [names, named(ref("quorum"))],
      description: "Names under `approvers`: any of them, or a mapping of each to its own quorum.",
    },
    quorum: { ...ref("quorum"), description: "How many different people must approve.", default: 1 },
    timeout: { ...ref("duration"), description: "How long people have.", default: "24h" },
    remindAfter: ref(
      "duration",
      "How often those who have not answered are reminded; shorter than the timeout.",
    ),
    onTimeout: {
      ...words(OnTimeout.options, "What silence means: stay Pending, or be rejected for good."),
      default: "expire",
    },
    escalateTo: { ...names, description: "Approvers who may answer, too, once escalateAfter is over." },
    escalateAfter: ref("duration", "When the others are asked, too; shorter than the timeout."),
    reasonRequired: {
      type: "boolean",
      description: "Whether an approval must say why, as a rejection always must.",
      default: false,
    },
    preventSelfReview: {
      type: "boolean",
      description: "Keeps the person who created the private endpoint from being among those who approve it.",
      default: false,
    },
    authContext: {
      type: "string",
      pattern: AUTH_CONTEXT.source,
      description: "Authentication context of Entra that the sign-in of whoever reviews must have satisfied.",
    },
    inCard: {
      type: "boolean",
      description:
        "People may answer in a card of Teams, too, without signing in to the inbox. Not together with authContext.",
      default: false,
    },
    distinctPeople: {
      type: "boolean",
      description: "Nobody counts twice: also not for what other rules, that ask as well, demand.",
      default: false,
    },
  },
  {
    dependentRequired: { escalateTo: ["escalateAfter"], escalateAfter: ["escalateTo"] },
    if: { properties: { approvers: { type: "object" } }, required: ["approvers"] },
    then: { properties: { quorum: false } },
  },
);

const kinds = {
  reject: ref("reject", "Reject it, for good."),
  ask: ref("ask", "Keep it Pending and ask people."),
};
const orWord = (word: string, description: string, mapped: Schema): Schema => ({
  anyOf: [{ const: word, description }, mapped],
});

/** What rules, freezes and the default lead to. */
export const OUTCOMES = {
  quorum: { type: "integer", minimum: QUORUM_BOUNDS.min, maximum: QUORUM_BOUNDS.max },
  reject,
  ask,
  onlyAsk: mapping(ONLY_ASK, kinds),
  rejectOrAsk: oneOfKeys(kinds),
  outcome: orWord("approve", "Approve it at once.", ref("rejectOrAsk")),
  freezeOutcome: orWord("wait", "Assess it again when the freeze is over.", ref("onlyAsk")),
  otherwise: orWord(
    "leave",
    "Leave the connection Pending, and ask nobody.",
    oneOfKeys({ reject: kinds.reject }),
  ),
} satisfies Readonly<Record<string, Schema>>;
