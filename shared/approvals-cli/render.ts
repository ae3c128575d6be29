import { inUtc } from "../text.ts";
import type { Screen, timelineOf } from "../view/index.ts";
import { type Paint, toned } from "./style.ts";
import { table } from "./table.ts";
import { localTime } from "./time.ts";

type Timeline = ReturnType<typeof timelineOf>;

interface Look {
  readonly paint: Paint;
  readonly timeZone: string | undefined;
}

/** A screen as lines of a terminal, in its own order. It adds headings' ink and local times, and no word. */
export function screenLines({ id, title, status, sections, actions }: Screen, look: Look): readonly string[] {
  const { consumer, message, why, nearMisses, history, asked, deadline, grants } = sections;
  const { paint } = look;
  return [
    `${paint("bold", title)}  ${toned(paint, status.tone, status.word)}  ${id}`,
    status.sentence,
    ...section(paint, consumer.heading, [
      consumer.isForeign ? paint("red", consumer.sentence) : consumer.sentence,
      ...consumerLines(consumer.lines, paint),
    ]),
    ...section(paint, message.heading, [
      ...(message.text === "" ? [] : [`> ${message.text}`]),
      message.sentence,
    ]),
    ...section(paint, why.heading, [why.sentence, ...why.descriptions, ...why.unknown]),
    ...section(paint, nearMisses.heading, nearMisses.sentences),
    ...section(paint, history.heading, [...history.sentences, ...recentLines(history.recent)]),
    ...(asked === null ? [] : section(paint, asked.heading, askedLines(asked))),
    ...(deadline === null
      ? []
      : section(paint, deadline.heading, [
          `${deadline.relative}, ${localTime(deadline.at, look.timeZone)} (${inUtc(deadline.at)})`,
          deadline.sentence,
        ])),
    ...section(paint, grants.heading, [grants.approve, grants.reject]),
    ...section(paint, "What you may do", actionLines(actions)),
  ];
}

/** Nothing where there is nothing to say. */
const section = (paint: Paint, heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", paint("bold", heading), ...lines.map((line) => `  ${line}`)];

const consumerLines = (lines: Screen["sections"]["consumer"]["lines"], paint: Paint): readonly string[] =>
  table(
    lines.map(({ label, text, detail, tone }) => [
      { text: label },
      {
        text: detail === null ? text : `${text} (${detail})`,
        painted: (cell) => (tone === "loud" ? paint("red", cell) : cell),
      },
    ]),
  );

const recentLines = (recent: Screen["sections"]["history"]["recent"]): readonly string[] =>
  table(
    recent.map(({ title, status, received, decided }) => [
      { text: status.word },
      { text: title },
      { text: received.relative },
      { text: decided ?? "" },
    ]),
  );

function askedLines({
  demands,
  reviews,
  sentences,
}: NonNullable<Screen["sections"]["asked"]>): readonly string[] {
  return [
    ...demands.flatMap(({ text, who, escalation }) => [
      `${who}: ${text}`,
      ...(escalation === null ? [] : [escalation]),
    ]),
    ...reviews.map(
      ({ who, review, reason, at, isMine }) =>
        `${who} ${review === "approve" ? "approved" : "rejected"} ${at.relative}${isMine ? " (you)" : ""}${reason === "" ? "" : `: ${reason}`}`,
    ),
    ...sentences,
  ];
}

/** What can be done, and why there is no answer to be given where there is none. */
const actionLines = (actions: Screen["actions"]): readonly string[] =>
  table(
    Object.entries(actions).flatMap(([name, { enabled, because }]) =>
      enabled || name === "approve" || name === "reject"
        ? [[{ text: name }, { text: enabled ? "yes" : "no" }, { text: because }]]
        : [],
    ),
  );

/** What happened, a line for each step, with the times of the place. */
export const timelineLines = (steps: Timeline, { paint, timeZone }: Look): readonly string[] =>
  section(
    paint,
    "What happened",
    table(
      steps.map(({ at, word, tone, who, sentence }) => [
        { text: localTime(at, timeZone) },
        { text: word, painted: (cell) => (tone === "neutral" ? cell : toned(paint, tone, cell)) },
        { text: who },
        { text: sentence },
      ]),
    ),
  );

export const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
