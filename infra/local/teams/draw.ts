import { type Html, html } from "../kit/html.ts";
import {
  type Action,
  type Card,
  type Column,
  type Element,
  executesOf,
  type InputText,
  type TextRun,
} from "./card.ts";
import { link, markdown } from "./markdown.ts";

/** Who may click on what of the card. */
interface Drawing {
  readonly card: Card;
  /** Whether somebody looks who can click. */
  readonly canClick: boolean;
}

/** A card as Teams draws it, with everything in it; what it sends back goes with the form that it stands in. */
export const drawCard = (card: Card, canClick: boolean): Html =>
  html`<div class="card">${drawContent(card, { card, canClick })}</div>`;

const drawContent = (content: Card, drawing: Drawing): Html =>
  html`${(content.body ?? []).map((element) => drawElement(element, drawing))}${drawActions(content.actions ?? [], drawing)}`;

/** What is hidden can be looked at all the same, without a script. */
function drawElement(element: Element, drawing: Drawing): Html {
  const drawn = drawVisible(element, drawing);
  if (element.isVisible !== false) return drawn;
  return html`<details><summary>hidden until it is toggled: ${element.id ?? "?"}</summary>${drawn}</details>`;
}

function drawVisible(element: Element, drawing: Drawing): Html {
  const gap = element.separator ? " separated" : "";
  switch (element.type) {
    case "TextBlock":
      return html`<p class="${textClasses(element)}${gap}">${markdown(element.text)}</p>`;
    case "RichTextBlock":
      return html`<p class="text${gap}">${element.inlines.map(drawRun)}</p>`;
    case "FactSet":
      return html`<dl class="facts${gap}">${element.facts.map(
        ({ title, value }) => html`<dt>${markdown(title)}</dt><dd>${markdown(value)}</dd>`,
      )}</dl>`;
    case "Input.Text":
      return drawInput(element);
    case "Container":
      return html`<div class="box ${element.style ?? "default"}${gap}">${drawAll(element.items, drawing)}</div>`;
    case "ColumnSet":
      return html`<div class="columns ${element.style ?? "default"}${gap}">${element.columns.map((column) => drawColumn(column, drawing))}</div>`;
    case "ActionSet":
      return drawActions(element.actions, drawing);
  }
}

const drawAll = (elements: readonly Element[], drawing: Drawing): Html[] =>
  elements.map((element) => drawElement(element, drawing));

const drawColumn = ({ items, width, style }: Column, drawing: Drawing): Html =>
  html`<div class="column ${width === "auto" ? "narrow" : "wide"} ${style ?? "default"}">${drawAll(items, drawing)}</div>`;

/** A run is a text and nothing else: no mark in it is obeyed. */
function drawRun(run: string | TextRun): Html {
  if (typeof run === "string") return html`<span>${run}</span>`;
  const { highlight, italic, strikethrough, underline } = run;
  const marks = Object.entries({ highlight, italic, strikethrough, underline });
  const further = marks.flatMap(([name, isSet]) => (isSet ? [name] : []));
  return html`<span class="${[textClasses(run), ...further].join(" ")}">${run.text}</span>`;
}

const textClasses = (text: Omit<TextRun, "type" | "text">): string =>
  [
    "text",
    `size-${text.size ?? "default"}`,
    `color-${text.color ?? "default"}`,
    `weight-${text.weight ?? "default"}`,
    ...(text.isSubtle ? ["subtle"] : []),
    ...(text.fontType === "monospace" ? ["monospace"] : []),
  ].join(" ");

function drawInput({
  id,
  label = id,
  value = "",
  placeholder = "",
  maxLength,
  isMultiline,
  isRequired,
}: InputText): Html {
  const required = isRequired ? html` required` : html``;
  const longest = maxLength === undefined ? html`` : html` maxlength="${String(maxLength)}"`;
  const name = `input.${id}`;
  const field = isMultiline
    ? html`<textarea name="${name}" placeholder="${placeholder}"${longest}${required}>${value}</textarea>`
    : html`<input name="${name}" value="${value}" placeholder="${placeholder}"${longest}${required}>`;
  return html`<label>${label}${field}</label>`;
}

function drawActions(actions: readonly Action[], drawing: Drawing): Html {
  if (actions.length === 0) return html``;
  return html`<div class="actions">${actions.map((action) => drawAction(action, drawing))}</div>`;
}

/** Styles of actions are not drawn: Teams does not show them either. */
function drawAction(action: Action, drawing: Drawing): Html {
  const title = action.title ?? action.type;
  switch (action.type) {
    case "Action.OpenUrl":
      return html`<span class="action">${link(action.url, title)}</span>`;
    case "Action.ShowCard":
      return html`<details class="action"><summary>${title}</summary>${drawContent(action.card, drawing)}</details>`;
    case "Action.ToggleVisibility": {
      const targets = action.targetElements.map((one) => (typeof one === "string" ? one : one.elementId));
      return html`<span class="action toggle">${title} (shows or hides ${targets.join(", ")})</span>`;
    }
    case "Action.Execute": {
      const index = String(executesOf(drawing.card).indexOf(action));
      const disabled = drawing.canClick ? html`` : html` disabled title="Say first who you are."`;
      const unchecked = action.associatedInputs === "none" ? html` formnovalidate` : html``;
      return html`<button class="action" name="action" value="${index}"${disabled}${unchecked}>${title}</button>`;
    }
  }
}
