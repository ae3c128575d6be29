import { readFileSync } from "node:fs";
import { asError, StartError } from "./errors.ts";

/** Strings, so that what looks like a comment inside one is left alone; and the two kinds of comments. */
const STRING_OR_COMMENT = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** Strings likewise, and a comma with nothing but a bracket after it. */
const STRING_OR_LAST_COMMA = /"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g;

/** Parses a JSON file of the app folder. Throws a StartError when it is missing or no JSON. */
export function readJson(file: string): unknown {
  return parse(file, readText(file));
}

/**
 * Parses host.json or local.settings.json, in which comments and a comma after the last member are allowed: the real
 * host and Core Tools read them with Json.NET, which skips both. Throws a StartError when it is missing or no JSON.
 */
export function readJsonWithComments(file: string): unknown {
  const text = readText(file).replace(STRING_OR_COMMENT, blankUnlessString);
  return parse(file, text.replace(STRING_OR_LAST_COMMA, blankUnlessString));
}

/** Blanks keep the place of what follows, which the message about wrong JSON names. */
const blankUnlessString = (found: string): string =>
  found.startsWith('"') ? found : found.replace(/[^\n]/g, " ");

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new StartError(`Cannot read ${file}. Is its folder the root of a Functions app?`, { cause: error });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StartError(`${file} is not valid JSON: ${asError(error).message}`, { cause: error });
  }
}
