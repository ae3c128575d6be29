import * as z from "zod";
import { BOT_VERSIONS, MAX_REFRESH_USERS, WORKFLOW_VERSIONS } from "./constants.ts";

/**
 * The elements of Adaptive Cards 1.4 that are shown here, closed: what a card has beside them is refused, although Teams
 * would leave some of it out. What came with 1.5 (`tooltip`, `isEnabled`, `mode`, `rtl`, `style: "heading"`) is beside them.
 * @see https://adaptivecards.io/explorer/
 */
const Id = z.string().min(1);
const Spacing = z.enum(["none", "small", "default", "medium", "large", "extraLarge", "padding"]);
const Alignment = z.enum(["left", "center", "right"]);
const VerticalAlignment = z.enum(["top", "center", "bottom"]);
const ContainerStyle = z.enum(["default", "emphasis", "good", "attention", "warning", "accent"]);
const Pixels = z.string().regex(/^\d+px$/);

const COMMON = {
  id: Id.exactOptional(),
  isVisible: z.boolean().exactOptional(),
  spacing: Spacing.exactOptional(),
  separator: z.boolean().exactOptional(),
  height: z.enum(["auto", "stretch"]).exactOptional(),
  fallback: z.literal("drop").exactOptional(),
};

const TEXT = {
  text: z.string(),
  color: z.enum(["default", "dark", "light", "accent", "good", "warning", "attention"]).exactOptional(),
  fontType: z.enum(["default", "monospace"]).exactOptional(),
  isSubtle: z.boolean().exactOptional(),
  size: z.enum(["default", "small", "medium", "large", "extraLarge"]).exactOptional(),
  weight: z.enum(["default", "lighter", "bolder"]).exactOptional(),
};

const TextBlock = z.strictObject({
  type: z.literal("TextBlock"),
  ...COMMON,
  ...TEXT,
  horizontalAlignment: Alignment.exactOptional(),
  maxLines: z.int().min(1).exactOptional(),
  wrap: z.boolean().exactOptional(),
});

const TextRun = z.strictObject({
  type: z.literal("TextRun"),
  ...TEXT,
  highlight: z.boolean().exactOptional(),
  italic: z.boolean().exactOptional(),
  strikethrough: z.boolean().exactOptional(),
  underline: z.boolean().exactOptional(),
});
export type TextRun = z.infer<typeof TextRun>;

const RichTextBlock = z.strictObject({
  type: z.literal("RichTextBlock"),
  ...COMMON,
  horizontalAlignment: Alignment.exactOptional(),
  inlines: z.array(z.union([z.string(), TextRun])),
});

const FactSet = z.strictObject({
  type: z.literal("FactSet"),
  ...COMMON,
  facts: z.array(z.strictObject({ title: z.string(), value: z.string() })),
});

const InputText = z.strictObject({
  type: z.literal("Input.Text"),
  ...COMMON,
  id: Id,
  label: z.string().exactOptional(),
  value: z.string().exactOptional(),
  placeholder: z.string().exactOptional(),
  isMultiline: z.boolean().exactOptional(),
  isRequired: z.boolean().exactOptional(),
  errorMessage: z.string().exactOptional(),
  maxLength: z.int().min(1).exactOptional(),
});
export type InputText = z.infer<typeof InputText>;

const ACTION = {
  id: Id.exactOptional(),
  title: z.string().exactOptional(),
  style: z.enum(["default", "positive", "destructive"]).exactOptional(),
};

/** Teams opens web pages and nothing else. */
const WebAddress = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

const OpenUrl = z.strictObject({ type: z.literal("Action.OpenUrl"), ...ACTION, url: WebAddress });

const ToggleVisibility = z.strictObject({
  type: z.literal("Action.ToggleVisibility"),
  ...ACTION,
  targetElements: z
    .array(z.union([Id, z.strictObject({ elementId: Id, isVisible: z.boolean().exactOptional() })]))
    .min(1),
});

const Execute = z.strictObject({
  type: z.literal("Action.Execute"),
  ...ACTION,
  verb: z.string().exactOptional(),
  data: z.record(z.string(), z.json()).exactOptional(),
  associatedInputs: z.enum(["auto", "none"]).exactOptional(),
  fallback: z.literal("drop").exactOptional(),
});
export type Execute = z.infer<typeof Execute>;

const Refresh = z.strictObject({
  action: Execute,
  userIds: z.array(z.string()).max(MAX_REFRESH_USERS).exactOptional(),
});

type Common = z.infer<z.ZodObject<typeof COMMON>>;

export interface Container extends Common {
  type: "Container";
  items: Element[];
  style?: z.infer<typeof ContainerStyle>;
  bleed?: boolean;
  minHeight?: string;
  verticalContentAlignment?: z.infer<typeof VerticalAlignment>;
}

export interface Column extends Omit<Container, "type"> {
  type?: "Column";
  width?: string | number;
}

export interface ColumnSet extends Common {
  type: "ColumnSet";
  columns: Column[];
  style?: z.infer<typeof ContainerStyle>;
  bleed?: boolean;
  minHeight?: string;
  horizontalAlignment?: z.infer<typeof Alignment>;
}

export interface ActionSet extends Common {
  type: "ActionSet";
  actions: Action[];
}

export interface ShowCard extends z.infer<z.ZodObject<typeof ACTION>> {
  type: "Action.ShowCard";
  card: Card;
}

export type Element =
  | z.infer<typeof TextBlock>
  | z.infer<typeof RichTextBlock>
  | z.infer<typeof FactSet>
  | InputText
  | Container
  | ColumnSet
  | ActionSet;

export type Action = z.infer<typeof OpenUrl> | z.infer<typeof ToggleVisibility> | Execute | ShowCard;

export interface Card {
  type: "AdaptiveCard";
  $schema?: string;
  version?: string;
  body?: Element[];
  actions?: Action[];
  refresh?: z.infer<typeof Refresh>;
  fallbackText?: string;
  lang?: string;
  speak?: string;
  minHeight?: string;
  verticalContentAlignment?: z.infer<typeof VerticalAlignment>;
  msteams?: { width?: "Full" };
}

/** Whose cards they are: a flow hears of no click, so what sends something back is not for it. */
interface Sender {
  readonly versions: readonly string[];
  readonly hearsClicks: boolean;
}

/** The schema of the cards that a sender may post. */
function cardSchema({ versions, hearsClicks }: Sender): z.ZodType<Card> {
  const Element: z.ZodType<Element> = z.lazy(() => {
    const ofAll = [TextBlock, RichTextBlock, FactSet, Container, ColumnSet, ActionSet] as const;
    return hearsClicks
      ? z.discriminatedUnion("type", [...ofAll, InputText])
      : z.discriminatedUnion("type", [...ofAll]);
  });
  const Action: z.ZodType<Action> = z.lazy(() => {
    const ofAll = [OpenUrl, ToggleVisibility, ShowCard] as const;
    return hearsClicks
      ? z.discriminatedUnion("type", [...ofAll, Execute])
      : z.discriminatedUnion("type", [...ofAll]);
  });
  const BOX = {
    style: ContainerStyle.exactOptional(),
    bleed: z.boolean().exactOptional(),
    minHeight: Pixels.exactOptional(),
  };
  const CONTENT = {
    ...COMMON,
    ...BOX,
    items: z.array(Element),
    verticalContentAlignment: VerticalAlignment.exactOptional(),
  };
  const Container = z.strictObject({ type: z.literal("Container"), ...CONTENT });
  const Column = z.strictObject({
    type: z.literal("Column").exactOptional(),
    ...CONTENT,
    width: z
      .union([z.enum(["auto", "stretch"]), Pixels, z.number(), z.string().regex(/^\d+$/)])
      .exactOptional(),
  });
  const ColumnSet = z.strictObject({
    type: z.literal("ColumnSet"),
    ...COMMON,
    ...BOX,
    columns: z.array(Column),
    horizontalAlignment: Alignment.exactOptional(),
  });
  const ActionSet = z.strictObject({ type: z.literal("ActionSet"), ...COMMON, actions: z.array(Action) });
  const CARD = {
    type: z.literal("AdaptiveCard", { error: "Property 'type' must be 'AdaptiveCard'." }),
    $schema: z
      .string()
      .regex(/^https?:\/\/adaptivecards\.io\/schemas\/adaptive-card\.json$/)
      .exactOptional(),
    body: z.array(Element).exactOptional(),
    actions: z.array(Action).exactOptional(),
    fallbackText: z.string().exactOptional(),
    lang: z.string().exactOptional(),
    speak: z.string().exactOptional(),
    minHeight: Pixels.exactOptional(),
    verticalContentAlignment: VerticalAlignment.exactOptional(),
  };
  const version = z.enum(versions, { error: `Property 'version' must be one of ${versions.join(", ")}.` });
  const Inner = z.strictObject({ ...CARD, version: version.exactOptional() });
  const ShowCard = z.strictObject({ type: z.literal("Action.ShowCard"), ...ACTION, card: Inner });
  const msteams = z.strictObject({ width: z.literal("Full").exactOptional() }).exactOptional();
  const Whole = z.strictObject({ ...CARD, version, msteams });
  return hearsClicks ? z.strictObject({ ...Whole.shape, refresh: Refresh.exactOptional() }) : Whole;
}

/** What a flow may post. */
export const WorkflowCard = cardSchema({ versions: WORKFLOW_VERSIONS, hearsClicks: false });

/** What a bot may post, and answer with. */
export const BotCard = cardSchema({ versions: BOT_VERSIONS, hearsClicks: true });

/** Every action of the card that sends something back, in the order in which they are drawn. */
export const executesOf = (card: Card): Execute[] => [
  ...(card.body ?? []).flatMap(executesIn),
  ...executesAmong(card.actions),
];

function executesIn(element: Element): Execute[] {
  switch (element.type) {
    case "Container":
      return element.items.flatMap(executesIn);
    case "ColumnSet":
      return element.columns.flatMap(({ items }) => items.flatMap(executesIn));
    case "ActionSet":
      return executesAmong(element.actions);
    case "TextBlock":
    case "RichTextBlock":
    case "FactSet":
    case "Input.Text":
      return [];
  }
}

const executesAmong = (actions: readonly Action[] = []): Execute[] =>
  actions.flatMap((action) => {
    if (action.type === "Action.Execute") return [action];
    return action.type === "Action.ShowCard" ? executesOf(action.card) : [];
  });
