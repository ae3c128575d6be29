/**
 * All that cards of ours are made of. What is not here is not sent: Teams shows of a card what it knows, and refuses one whose
 * version it does not know.
 *
 * Nothing that renders Markdown ever holds a text of somebody else: those stand in text runs, which show what they are given.
 * @see https://adaptivecards.io/explorer/
 */
export interface AdaptiveCard {
  readonly $schema: "http://adaptivecards.io/schemas/adaptive-card.json";
  readonly type: "AdaptiveCard";
  /** Power Automate's poster does not show later ones; the elements below are all of 1.2, which phones show, too. */
  readonly version: "1.4";
  /** What is shown where cards are not. May be rendered as Markdown. */
  readonly fallbackText: string;
  readonly body: readonly (RichTextBlock | FactSet | TextInput)[];
  readonly actions: readonly (OpenUrl | Execute)[];
  /** Only in a bot's card: what Teams asks of the bot for whoever looks at it. */
  readonly refresh?: { readonly action: Execute };
  readonly msteams: { readonly width: "Full" };
}

/** A paragraph of plain text. */
export interface RichTextBlock {
  readonly type: "RichTextBlock";
  readonly inlines: readonly TextRun[];
  readonly separator?: true;
}

/** Text as it is. */
export interface TextRun {
  readonly type: "TextRun";
  readonly text: string;
  readonly weight?: "bolder";
  readonly size?: "large";
}

/** Renders Markdown in its values: only for words, numbers and moments of our own. */
export interface FactSet {
  readonly type: "FactSet";
  readonly facts: readonly { readonly title: string; readonly value: string }[];
}

/** What somebody types; it comes with the action, by its id. Only in a bot's card. */
export interface TextInput {
  readonly type: "Input.Text";
  readonly id: string;
  readonly label: string;
  readonly isMultiline: true;
  readonly maxLength: number;
}

/**
 * A click of which Teams tells the bot, with `data` and what was typed. Only in a bot's card.
 * @see https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
 */
export interface Execute {
  readonly type: "Action.Execute";
  readonly title: string;
  readonly verb: Verb;
  readonly data: { readonly request: string; readonly asked: number };
}
/** What a click is for: an answer, or the card as it is for whoever looks. */
export type Verb = "approve" | "reject" | "refresh";

/** The only action that a card may have which somebody else posts for us. */
export interface OpenUrl {
  readonly type: "Action.OpenUrl";
  readonly title: string;
  readonly url: string;
}

/** What a workflow of Teams takes from a webhook. It answers 202 to anything else as well, and shows nothing. */
export interface Envelope {
  readonly type: "message";
  readonly attachments: readonly [
    {
      readonly contentType: "application/vnd.microsoft.card.adaptive";
      readonly contentUrl: null;
      readonly content: AdaptiveCard;
    },
  ];
}
