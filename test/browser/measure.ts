import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { CONSUMER_DEPLOYER } from "../../infra/local/entra/directory.ts";
import { armAs } from "../../infra/local/world/arm.ts";
import { type BenchStack, startStack } from "../bench/stack.ts";
import { launchChromium } from "./kit/chromium.ts";

const WAITING = 40;
const LOADS = 10;
const CONSUMER = "3e9e0d50-1ff8-4789-acc6-7d571bd52f17";

/** One load of the page, in ms. */
interface Load {
  /** From the click on a link to the inbox, with the way over Entra's page and back, to the first row. */
  readonly wholeMs: number;
  /** From the navigation back from Entra to the first row. */
  readonly listMs: number;
  /** The same to the first thing that is painted. */
  readonly paintMs: number;
}

/** Some requests that wait for people. */
async function fill({ endpoints, clusterId }: BenchStack): Promise<void> {
  const consumer = await armAs(CONSUMER_DEPLOYER, endpoints);
  for (let count = 1; count <= WAITING; count++)
    await consumer.putPrivateEndpoint({
      subscription: CONSUMER,
      resourceGroup: "rg-bench",
      name: `pe-people-${count}`,
      location: "westeurope",
      clusterId,
      message: "For the month's report",
    });
}

const rows = (page: Page) => page.getByRole("region", { name: "Requests" }).getByRole("listitem");

/** Somebody who is signed in at Entra, and has the page's files as browsers keep them. */
async function signedIn(browser: Browser, address: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(noteFirstRow);
  await page.goto(address);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: /^Ana / }).click();
  await rows(page)
    .nth(WAITING - 1)
    .waitFor();
  return page;
}

/** Keeps when the first row was there, in ms of this load. */
function noteFirstRow(): void {
  new MutationObserver((_changes, observer) => {
    if (document.querySelector("main li a") === null) return;
    performance.mark("first-row");
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
}

async function load(page: Page, address: string): Promise<Load> {
  await page.goto("about:blank");
  const startedAt = Date.now();
  await page.goto(address);
  await rows(page).first().waitFor();
  return page.evaluate((before) => {
    const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN;
    const listMs = at("first-row");
    return {
      wholeMs: performance.timeOrigin + listMs - before,
      listMs,
      paintMs: at("first-contentful-paint"),
    };
  }, startedAt);
}

/** What a browser fetches of the page, gzipped, in bytes. */
async function sizeOf(address: string): Promise<number> {
  const html = await (await fetch(address)).text();
  const files = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, name = ""]) => name);
  const texts = await Promise.all(files.map(async (name) => (await fetch(new URL(name, address))).text()));
  return [html, ...texts].reduce((bytes, text) => bytes + gzipSync(text).length, 0);
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const stack = await startStack(resolve(import.meta.dirname, "../bench/policy.yaml"));
const browser = await launchChromium();
try {
  const address = `${stack.endpoints.app}/inbox/`;
  await fill(stack);
  const page = await signedIn(browser, address);
  const loads: Load[] = [];
  for (let count = 0; count < LOADS; count++) loads.push(await load(page, address));
  const line = (what: string, of: (load: Load) => number) =>
    console.log(`| inbox of ${WAITING} requests: ${what} | ${Math.round(median(loads.map(of)))} ms |`);
  line("first paint", ({ paintMs }) => paintMs);
  line("first row of the list", ({ listMs }) => listMs);
  line("the same, with the silent sign-in before it", ({ wholeMs }) => wholeMs);
  console.log(`| inbox, all files gzipped | ${(await sizeOf(address)) / 1_000} KB |`);
} finally {
  await browser.close();
  await stack.stop();
}
