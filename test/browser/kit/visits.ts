import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import * as z from "zod";
import { trustAuthority } from "../../../infra/local/kit/trust.ts";
import { ApprovalRequest } from "../../../shared/request/request.ts";
import { CLUSTER } from "../../journey/kit/arm.ts";
import { type Reach, reachOf } from "../../journey/stack.ts";
import { launchChromium } from "./chromium.ts";
import { Inbox, type Known } from "./inbox.ts";

/** As a person at a desk has it; long enough a wait for a busy machine, a hundred times what is needed. */
const DESK: BrowserContextOptions = {
  viewport: { width: 1280, height: 800 },
  locale: "en-GB",
  timezoneId: "Europe/Amsterdam",
  reducedMotion: "reduce",
};
const PATIENCE_MS = 30_000;

/** How somebody visits. */
export interface Visit extends BrowserContextOptions {
  /** What fails on purpose: the browser may say so of addresses like this one, and of no others. */
  readonly failing?: RegExp;
}

/** The running product, and people in browsers before it. */
export interface World extends Reach {
  /** Somebody comes with a browser of their own: no cookie and no token is in it before they do. */
  opens(visit?: Visit): Promise<Inbox>;
}

/** The folder of this worker's stack. */
const dataHere = (): string => {
  const data = inject("data")[Number(process.env.VITEST_POOL_ID) - 1];
  if (data === undefined) throw new Error("There is no stack for this worker.");
  return data;
};

/**
 * The world for the tests of a file: the one of its worker, unless it has one of its own. After each test every page was silent: no word on its console, no report of its
 * content security policy, no error that nobody caught, no request that left this machine, no cookie of the app.
 */
export function aWorld(reach: Reach = reachOf(dataHere())): World {
  const complaints: string[] = [];
  const known: Known = new Map();
  let browser: Browser;
  let pages: Page[] = [];

  beforeAll(async () => {
    trustAuthority(reach.endpoints().armCa);
    [browser] = await Promise.all([launchChromium(), reach.arm.createsCluster(CLUSTER)]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") for (const page of pages) console.log(await seenOn(page));
    for (const page of pages) await page.context().close();
    pages = [];
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await Promise.all([browser.close(), rejectsWhatWaits(reach)]);
    await reach.queue.close();
  });

  return {
    ...reach,
    opens: async ({ failing, ...options } = {}) => {
      const context = await browser.newContext({ ...DESK, ...options });
      context.setDefaultTimeout(PATIENCE_MS);
      await context.addInitScript(reportPolicyViolations);
      const { app } = reach.endpoints();
      context.on("page", (page) => {
        pages.push(page);
        listen(page, { app, failing }, (complaint) => complaints.push(complaint));
      });
      return new Inbox(await context.newPage(), `${app}/inbox/`, known);
    },
  };
}

const Waiting = z.object({ requests: z.array(z.object({ id: z.string() })) });

/** Nobody finds what another file left waiting: a list shows fifty. */
async function rejectsWhatWaits({ api }: Reach): Promise<void> {
  const di = api.as("di");
  const { requests } = Waiting.parse((await di.get("/api/requests?waitsForMe=true&limit=200")).body);
  const reject = async ({ id }: { readonly id: string }) => {
    const { ask } = ApprovalRequest.parse((await di.get(`/api/requests/${id}`)).body);
    await di.post(`/api/requests/${id}/reviews`, { review: "reject", reason: "Done.", asked: ask?.seq });
  };
  await Promise.all(requests.map(reject));
}

/** What the browser reports of the page's content security policy, also where it writes nothing on the console. */
function reportPolicyViolations(): void {
  addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
}

function listen(
  page: Page,
  { app, failing }: { readonly app: string; readonly failing: RegExp | undefined },
  complain: (complaint: string) => void,
): void {
  page.on("console", (message) => {
    const { url } = message.location();
    const isOnPurpose = failing?.test(url) && message.text().startsWith("Failed to load resource");
    if (!isOnPurpose) complain(`console.${message.type()}: ${message.text()} (${url})`);
  });
  page.on("pageerror", (error) => complain(`Nobody caught: ${error}`));
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol !== "blob:" && hostname !== "127.0.0.1") complain(`It asked ${request.url()}`);
  });
  page.on("response", (response) => {
    const isOfTheApp = response.url().startsWith(app);
    if (isOfTheApp && "set-cookie" in response.headers()) complain(`${response.url()} sets a cookie`);
  });
}

const seenOn = async (page: Page): Promise<string> =>
  `${page.url()}\n${await page.locator("body").ariaSnapshot()}`;
