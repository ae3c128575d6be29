import type { Terminal } from "./terminal.ts";

type Ink = "bold" | "dim" | "red" | "green" | "yellow";

const CODES: Readonly<Record<Ink, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** Paints a text, if the terminal has colours. */
export type Paint = (ink: Ink, text: string) => string;

/** @see https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters */
export function paintOn({ hasColour }: Pick<Terminal, "hasColour">): Paint {
  if (!hasColour) return (_ink, text) => text;
  return (ink, text) => {
    const [on, off] = CODES[ink];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

const TONES = { waiting: "yellow", good: "green", bad: "red", neutral: "bold" } as const;

/** How each tone is painted; the words say the same. */
export const toned = (paint: Paint, tone: keyof typeof TONES, text: string): string =>
  paint(TONES[tone], text);
