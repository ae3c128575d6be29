import { quote } from "../text.ts";
import {
  type ConditionFinding,
  type GateFinding,
  type RuleFinding,
  relevantNames,
  type Verdict,
} from "../verdict.ts";
import { shownField } from "./because.ts";
import { describeFinding, describeHeadline, describeNearMiss } from "./describe.ts";
import { nearestBlock } from "./near-misses.ts";
import { describeTerms } from "./terms.ts";

type Block = readonly ConditionFinding[];

const MARK = { yes: "ok", no: "no", unknown: "??" } as const;
const MAX_RULES_SHOWN = 20;

/**
 * The verdict on several lines, without one at the end: what was decided, what people must do, what each condition saw
 * of the rules that decided or could not be, the near misses, and what could not be read. What strangers wrote is quoted
 * and cut.
 *
 * @example
 * approve by payments-prod (line 32)
 *   rule payments-prod (line 32, approve)
 *     ok  endpoint.name is "pe-payments-01-prod", expected to match "pe-payments-??-prod"
 */
export function renderVerdict(verdict: Verdict): string {
  const relevant = relevantNames(verdict);
  const isRelevant = ({ name }: { readonly name: string }) => relevant.has(name);
  return [
    describeHeadline(verdict),
    ...(verdict.kind === "ask" ? describeTerms(verdict.requirement).map((term) => `  ${term}`) : []),
    ...verdict.gates.filter(isRelevant).slice(0, MAX_RULES_SHOWN).flatMap(renderGate),
    ...verdict.rules.filter(isRelevant).slice(0, MAX_RULES_SHOWN).flatMap(renderRule),
    ...verdict.nearMisses.flatMap((nearMiss) => [
      `  ${describeNearMiss(nearMiss)}`,
      ...nearMiss.failed.map(renderFinding),
      ...nearMiss.blockedBy.flatMap((block) => renderBlock("unless", block)),
    ]),
    ...verdict.unknownFacts.map(({ field, cause }) => `  unknown ${shownField(field)}: ${quote(cause)}`),
  ].join("\n");
}

/** Of the blocks of `visibility` only the nearest is shown; a freeze has one. */
function renderGate({ name, line, anyOf }: GateFinding): string[] {
  const which = name === "visibility" ? name : `freeze ${name}`;
  const blocks = anyOf.length > 1 ? `, nearest of ${anyOf.length} blocks` : "";
  return [`  ${which} (line ${line})${blocks}`, ...nearestBlock(anyOf).map(renderFinding)];
}

/** Of the exceptions only those are shown that held or may hold, and of `anyOf` the nearest block. */
function renderRule({ name, line, mode, outcome, when, anyOf, unless }: RuleFinding): string[] {
  const inMode = mode === "enforce" ? "" : `, in mode ${mode}`;
  const exceptions = unless.filter((block) => block.every(({ result }) => result !== "no"));
  return [
    `  rule ${name} (line ${line}, ${outcome}${inMode})`,
    ...when.map(renderFinding),
    ...(anyOf.length === 0 ? [] : renderBlock(`nearest of ${anyOf.length} blocks`, nearestBlock(anyOf))),
    ...exceptions.flatMap((block) => renderBlock("unless", block)),
  ];
}

const renderBlock = (title: string, block: Block): string[] => [
  `    ${title}`,
  ...block.map((finding) => `  ${renderFinding(finding)}`),
];

/** One condition with its mark, indented as deep as the conditions of a rule. */
export const renderFinding = (finding: ConditionFinding): string =>
  `    ${MARK[finding.result]}  ${describeFinding(finding)}`;
