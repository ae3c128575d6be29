// biome-ignore-all lint/suspicious/noThenProperty: it is a word of the policy language, and of JSON Schema
import { INTEGRATION, INTEGRATION_NAME, MAY } from "../../policy/file/integrations.ts";
import { APPROVERS } from "../../policy/file/names.ts";
import { TOP } from "../../policy/file/read-policy-file.ts";
import { FREEZE, MAX_RULES, MODES, RULE, VISIBILITY } from "../../policy/file/rules.ts";
import { CHANNEL_NAME, NO_CHANNELS_OF_PEOPLE } from "../../policy/file/telling.ts";
import { GUID } from "../../policy/guid.ts";
import { BLOCKS } from "./blocks.ts";
import { CONDITIONS } from "./conditions.ts";
import { OUTCOMES } from "./outcomes.ts";
import { BASICS, listOf, mapping, named, ref, words } from "./parts.ts";

const DESCRIPTION = ref("sentence", "For readers of this file.");

const rule = mapping(
  RULE,
  {
    name: ref("newName", "What verdicts and audit records call this rule; unique, whatever its case."),
    description: DESCRIPTION,
    mode: ref("mode", "What this rule may do; the policy's own mode can only take more away."),
    when: ref("when", "All of these lines must hold, and one block of anyOf if there are any."),
    unless: ref("blocks", "Exceptions: the rule does not match when one of these blocks holds."),
    then: ref("outcome", "What the rule leads to: reject beats ask, and ask beats approve."),
  },
  {
    if: { properties: { then: { const: "approve" } }, required: ["then"] },
    then: { required: ["when"] },
  },
);

/** A freeze that waits must have an end. */
const windowWithEnd = {
  allOf: [
    ref("window"),
    { anyOf: [{ required: ["until"] }, { required: ["days"] }, { required: ["between"] }] },
  ],
};

const freeze = mapping(
  FREEZE,
  {
    name: ref("newName", "What verdicts and audit records call this freeze; unique among rules, too."),
    description: DESCRIPTION,
    when: ref("block", "When, and for what: all of these lines must hold."),
    then: ref("freezeOutcome", "What becomes of an approval by policy during this time."),
  },
  {
    if: { properties: { then: { const: "wait" } }, required: ["then"] },
    then: { properties: { when: { required: ["time"], properties: { time: windowWithEnd } } } },
  },
);

const visibility = mapping(VISIBILITY, {
  allow: {
    anyOf: [ref("blocks"), ref("block")],
    description: "Who may ask: one of these blocks must hold.",
  },
  otherwise: { ...ref("otherwise"), description: "What becomes of all others.", default: "leave" },
});

const policy = mapping(TOP, {
  apiVersion: { const: "policy/v1", description: "The version of this language." },
  kind: { const: "ConnectionPolicy", description: "What this file is." },
  default: ref("rejectOrAsk", "What happens when no rule matched; never an approve."),
  rules: {
    type: "array",
    items: ref("rule"),
    maxItems: MAX_RULES,
    description: "The rules; their order means nothing. [] for none.",
  },
  lists: {
    ...named(ref("patterns")),
    description:
      "Lists of texts and patterns, to refer to by `in`. More can stand in lists/NAME.yaml and lists/NAME.txt.",
  },
  approvers: { ...named(ref("approver")), description: "Groups of people, to refer to by name in `ask`." },
  integrations: {
    ...named(ref("integration"), { type: "string", pattern: INTEGRATION_NAME.source }),
    description: "Systems that may review under names of their own, to refer to in `ask` as approvers.",
  },
  whenUnknown: ref("onlyAsk", "Who is asked when a fact that could change the answer cannot be read."),
  mode: { ...ref("mode"), description: "What the policy as a whole may do.", default: "enforce" },
  visibility: ref("visibility", "Who may ask at all."),
  freeze: {
    type: "array",
    items: ref("freeze"),
    maxItems: MAX_RULES,
    description: "Times in which nothing is approved by policy.",
  },
});

/**
 * The JSON Schema (draft 2020-12) of a policy file, for editors. It is made of the reader's own tables, and knows no
 * more than a schema can: the reader also checks names that refer to something, and how values go together.
 */
export const policySchema = (): object => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Policy for private endpoint connections",
  description:
    "Which private endpoint connections are approved, which are rejected, and who is asked about the rest.",
  ...policy,
  $defs: {
    rule,
    freeze,
    visibility,
    mode: {
      ...words(MODES),
      description:
        "enforce does what it says; approveOnly approves and leaves all else alone; shadow only reports.",
    },
    approver: mapping(APPROVERS, {
      groups: { ...listOf(ref("entry")), description: "Object ids of Entra groups." },
      notify: {
        ...listOf({
          type: "string",
          pattern: CHANNEL_NAME.source,
          not: { pattern: NO_CHANNELS_OF_PEOPLE.source },
        }),
        uniqueItems: true,
        description: "Channels by which they are told; the addresses are settings of the app.",
      },
      quietHours: ref(
        "quietHours",
        "When they are not reminded. Whatever else there is to tell is told at once.",
      ),
    }),
    integration: mapping(INTEGRATION, {
      app: {
        type: "string",
        pattern: `^${GUID.source.slice(1, -1).replaceAll("a-f", "a-fA-F")}$`,
        description:
          "Object id of the service principal whose token, with the app role Integration, it sends.",
      },
      signed: {
        type: "boolean",
        description: "Whether it may sign what it sends, by a key in INTEGRATION_KEYS_NAME of the settings.",
        default: false,
      },
      may: {
        ...listOf(words(MAY), { uniqueItems: true, contains: { const: "approve" } }),
        description: "What it may say; a rejection is for good.",
        default: ["approve"],
      },
    }),
    ...BLOCKS,
    ...CONDITIONS,
    ...OUTCOMES,
    ...BASICS,
  },
});
