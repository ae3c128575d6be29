/** Markup that is ready to send. Only `html` makes it, so holding one means its strings were escaped. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = string | Html | readonly Html[];

/** Escapes every interpolated text; nested `html` stays as it is. Put values in text or in quoted attributes only. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(String.raw({ raw: strings }, ...parts.map(render)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part !== "string") return part.map(render).join("");
  return part.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);
}
