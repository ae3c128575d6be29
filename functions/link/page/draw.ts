import type { Address } from "./address.ts";
import type { Refusal, Shown } from "./ask.ts";

/** Texts stay texts: nothing is parsed as markup. */
function element(name: string, className: string, ...content: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.append(...content);
  return made;
}

const paragraph = (...content: readonly (Node | string)[]): HTMLElement => element("p", "", ...content);

/** Where focus goes, so that a screen reader begins there. */
function title(text: string): HTMLElement {
  const heading = element("h1", "", text);
  heading.tabIndex = -1;
  return heading;
}

/** As people say a moment, with the zone that it is of. */
const LOCAL: Intl.DateTimeFormatOptions = {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
};

/** A moment by this machine's zone, and in UTC for a second look. */
function moment(at: string): HTMLElement {
  const shown = element("time", "", new Date(at).toLocaleString(undefined, LOCAL));
  shown.setAttribute("datetime", at);
  shown.title = `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
  return shown;
}

function toInbox(id: string | null, words: string): HTMLElement {
  const link = document.createElement("a");
  link.href = id === null ? "/inbox/" : `/inbox/#/requests/${id}`;
  link.append(words);
  return paragraph(link);
}

function part(heading: string, ...content: readonly Node[]): HTMLElement {
  return element("section", "part", element("h2", "", heading), ...content);
}

const lines = (of: readonly { readonly label: string; readonly text: string }[]): HTMLElement =>
  element(
    "dl",
    "lines",
    ...of.map(({ label, text }) => element("div", "", element("dt", "", label), element("dd", "", text))),
  );

/** What the link shows. */
export function drawn({
  id,
  title: words,
  status,
  connection,
  asked,
  deadline,
  expiresAt,
}: Shown): readonly Node[] {
  return [
    title(words),
    paragraph(element("span", `badge ${status.tone}`, status.word)),
    paragraph(status.sentence),
    part(connection.heading, lines(connection.lines)),
    ...(asked === null
      ? []
      : [part(asked.heading, lines(asked.demands.map(({ who, text }) => ({ label: who, text }))))]),
    ...(deadline === null
      ? []
      : [
          part(
            deadline.heading,
            paragraph(element("strong", "", moment(deadline.at)), ` (${deadline.relative})`),
            paragraph(deadline.sentence),
          ),
        ]),
    paragraph("Nothing can be decided here. Those who are asked sign in to the inbox."),
    toInbox(id, "Open it in the inbox"),
    element(
      "p",
      "aside",
      "The link shows this until ",
      moment(expiresAt),
      ". Load the page again to see what changed.",
    ),
  ];
}

/** Why nothing is shown, and how to get in otherwise. */
export const drawnRefusal = ({ heading, sentence }: Refusal, address: Address | null): readonly Node[] => [
  title(heading),
  paragraph(sentence),
  toInbox(address?.id ?? null, "Sign in to the inbox"),
];
