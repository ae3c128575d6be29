import { type Instant, instant } from "../../connection/connection.ts";
import type { NoticeKind } from "../../request/notice.ts";
import { redacted } from "../../request/redacted.ts";
import { type Screen, screenOf } from "../../view/index.ts";
import type { Notice } from "../channel.ts";
import { answersOf, askedInCard, click, NO_ANSWERS } from "./answers-in-card.ts";
import type { AdaptiveCard, FactSet, OpenUrl, RichTextBlock } from "./elements.ts";
import { heading, paragraph } from "./run.ts";

/** Where a card leads, and whose tenant counts as our own. */
export interface CardPlace {
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** The Azure portal of our cloud, without a slash at its end. */
  readonly portalUrl: string;
  /** Id of our tenant. */
  readonly homeTenant: string;
}

/** How much of each text is shown, in UTF-16 units, and how many lines of each list. */
export interface CardLimits {
  readonly characters: number;
  readonly lines: number;
}

/** In whose card one may answer: everybody's, or that of one reader, who is told how they stand to it. */
export interface Answering {
  readonly mayAnswer: boolean;
  /** For one reader; null where everybody reads it. */
  readonly note: string | null;
}

/** Everybody may try. */
export const EVERYBODY: Answering = { mayAnswer: true, note: null };

/** What a card is about; `replaced` is one below which another asks anew. */
type CardKind = NoticeKind | "replaced";
export type CardNotice = Omit<Notice, "kind"> & { readonly kind: CardKind };

/**
 * What a notice looks like as a card: the screen's words, of what whoever may read requests may read. It is made of the notice
 * alone, so that a notice that is handed over again is the same card; its times are those of the record that it is about.
 */
export function cardOf(
  notice: CardNotice,
  place: CardPlace,
  limits: CardLimits,
  answering: Answering | null = null,
): AdaptiveCard {
  const { request, facts, kind } = notice;
  const { homeTenant } = place;
  const now = momentOf(notice);
  const screen = screenOf({ ...redacted({ request, facts }), viewer: null, recent: [], now, homeTenant });
  const headline = headlineOf(notice, screen);
  const asked = answering === null ? null : askedInCard(notice);
  const answers = asked !== null && answering?.mayAnswer ? answersOf(asked) : NO_ANSWERS;
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    fallbackText: `${headline}: ${linkTo(notice, place)}`,
    body: [
      paragraph(headline, limits.characters, { weight: "bolder" }),
      ...(answering?.note ? [paragraph(answering.note, limits.characters)] : []),
      paragraph(screen.title, limits.characters, { weight: "bolder", size: "large" }),
      particulars(notice, screen),
      ...paragraphs([screen.status.sentence, ...consumerLines(screen)], limits),
      ...PARTS[kind].flatMap((part) => part(screen, limits)),
      ...answers.inputs,
    ],
    actions: [...answers.actions, ...actionsOf(notice, place)],
    ...(asked !== null && { refresh: { action: click("refresh", "Refresh", asked) } }),
    msteams: { width: "Full" },
  };
}

/** A question's is that from which its deadline is reckoned: its record is some milliseconds later, and `in 24 h` would be 23. */
const momentOf = ({ kind, at, request: { ask } }: CardNotice): Instant =>
  kind === "asked" && ask !== null ? instant(Date.parse(ask.deadline) - ask.requirement.timeoutMs) : at;

const HEADLINES: Readonly<Record<CardKind, string>> = {
  asked: "Please review",
  reminded: "Still waits for a review",
  escalated: "Too few have answered: more people may",
  reviewed: "Please review",
  replaced: "Asked anew: answer the newer card",
  withdrawn: "No review is needed any more",
  closed: "Closed",
};

const DECIDED = { approve: "Decided: approved", reject: "Decided: rejected" } as const;

/** The status is said in words, since colours say nothing to some, and nothing in Teams. */
function headlineOf({ kind, request: { decision } }: CardNotice, { status }: Screen): string {
  if (kind === "closed") return `${HEADLINES.closed}: ${status.word}`;
  return kind === "reviewed" && decision !== null ? DECIDED[decision.decision] : HEADLINES[kind];
}

/** What is ours alone: nothing else may stand in a fact set. */
function particulars({ requestId, at }: CardNotice, { status, sections }: Screen): FactSet {
  const { deadline } = sections;
  return {
    type: "FactSet",
    facts: [
      { title: "Status", value: status.word },
      ...(deadline === null || deadline.isOver ? [] : [{ title: "Answer by", value: utc(deadline.at) }]),
      { title: "As of", value: utc(at) },
      { title: "Request", value: requestId },
    ],
  };
}

/** `2026-03-02 09:00 UTC`: a card is read hours later, in any time zone. */
const utc = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** Who asks, and what is loud about them: of another tenant, of an endpoint that Azure does not name. */
function consumerLines({ sections: { consumer } }: Screen): readonly string[] {
  const loud = consumer.lines.filter(({ tone }) => tone === "loud");
  return [
    consumer.sentence,
    ...loud.map(({ label, text, detail }) => `${label}: ${text}${detail === null ? "" : ` (${detail})`}`),
  ];
}

type Part = (screen: Screen, limits: CardLimits) => readonly RichTextBlock[];

const message: Part = ({ sections }, limits) => {
  const { heading: title, text, sentence } = sections.message;
  return section(title, [...(text === "" ? [] : [`“${text}”`]), sentence], limits);
};

const why: Part = ({ sections: { why: told } }, limits) =>
  section(told.heading, [told.sentence, ...told.unknown], limits);

/** Who is asked and how far that is, or was: each list is cut on its own, so that none hides another. */
const people: Part = ({ sections: { asked } }, limits) => {
  if (asked === null) return [];
  const reviews = asked.reviews.map(
    ({ who, review, reason }) =>
      `${who} ${review === "approve" ? "approved" : "rejected"}${reason === "" ? "" : `: ${reason}`}`,
  );
  return [
    ...section(
      asked.heading,
      asked.demands.map(({ who, text }) => `${who}: ${text}`),
      limits,
    ),
    ...paragraphs(reviews, limits),
    ...paragraphs(asked.sentences, limits),
  ];
};

/** Whoever comes in later reads the question for the first time. */
const PARTS: Readonly<Record<CardKind, readonly Part[]>> = {
  asked: [message, why, people],
  reminded: [people],
  escalated: [message, why, people],
  reviewed: [message, why, people],
  replaced: [],
  withdrawn: [],
  closed: [people],
};

const section = (title: string, lines: readonly string[], limits: CardLimits): readonly RichTextBlock[] => [
  heading(title, limits.characters),
  ...paragraphs(lines, limits),
];

function paragraphs(lines: readonly string[], limits: CardLimits): readonly RichTextBlock[] {
  const left = lines.length - limits.lines;
  const told = left > 0 ? [...lines.slice(0, limits.lines), `… and ${left} more.`] : lines;
  return told.map((line) => paragraph(line, limits.characters));
}

function actionsOf(notice: CardNotice, place: CardPlace): readonly OpenUrl[] {
  const { kind, request } = notice;
  const isOver = ["withdrawn", "replaced", "closed"].includes(kind) || request.decision !== null;
  const cluster = `${place.portalUrl}/#@${place.homeTenant}/resource${encodeURI(request.clusterId)}`;
  return [
    { type: "Action.OpenUrl", title: isOver ? "Look at it" : "Review", url: linkTo(notice, place) },
    { type: "Action.OpenUrl", title: "Open cluster in portal", url: cluster },
  ];
}

/** Into the inbox, which says whether something else is asked by then. It decides nothing: that takes a sign-in and a click. */
const linkTo = ({ requestId, request: { ask } }: CardNotice, { publicUrl }: CardPlace): string =>
  `${publicUrl}/inbox/#/requests/${requestId}${ask === null ? "" : `?asked=${ask.seq}`}`;
