import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where browsers of Chromium's kind are put by those who package them. */
const USUAL: readonly string[] = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** As root in a container Chromium runs only without its sandbox; it loads our own pages and nothing else. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const HOW_TO_GET_ONE =
  "The tests of the page need a browser: install one with `apt-get install chromium`, or set CHROMIUM_PATH to the Chromium or Chrome that you have.";

/**
 * A browser of this machine: the one that `CHROMIUM_PATH` names, else the first at the usual places, else the one that
 * Playwright keeps in its cache.
 * @throws an error that says how to get one
 */
export function findChromium(
  named = process.env.CHROMIUM_PATH,
  places: readonly string[] = [...USUAL, chromium.executablePath()],
): string {
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, where there is nothing. ${HOW_TO_GET_ONE}`);
  }
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(HOW_TO_GET_ONE);
  return found;
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: FLAGS });
