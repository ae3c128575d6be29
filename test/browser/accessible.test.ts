import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { runHost } from "../contract/functions-host/host.ts";
import { peopleAreAsked } from "../journey/kit/moments.ts";
import { eventually } from "../journey/kit/patience.ts";
import { ASKED, trailBecomes } from "../journey/kit/trails.ts";
import { isAccessible } from "./kit/axe.ts";
import { entra } from "./kit/entra.ts";
import type { Inbox } from "./kit/inbox.ts";
import { aWorld } from "./kit/visits.ts";

const world = aWorld();

const WAITING = "pe-accessible";
const REJECTED = "pe-accessible-no";
const TOGETHER = ["pe-accessible-1", "pe-accessible-2"];

/** Many views, one after the other, each in both themes. */
const ALL_VIEWS = { timeout: 240_000 };

const isLoaded = ({ page }: Inbox) =>
  eventually(async () => expect(await page.getByText("Loading …").count()).toBe(0));

describe("axe finds nothing, in light and in dark, for who has not signed in", () => {
  test("on the page that they find, on Entra's, and once they have signed out", async () => {
    const inbox = await world.opens();
    await inbox.goes();
    await inbox.button("Sign in").waitFor();
    await isAccessible(inbox);
    await inbox.button("Sign in").click();
    await inbox.heading("Who are you?").waitFor();
    await isAccessible(inbox);
    await inbox.picks("Ana");
    const other = await inbox.opensTab();
    await other.goes();
    await other.button("Sign out").waitFor();
    await inbox.button("Sign out").click();

    await other.text("You have signed out.").waitFor();
    await isAccessible(other);
  });

  test("while Entra is down", async () => {
    const { entra: issuer } = world.endpoints();
    const inbox = await world.opens({ failing: new RegExp(`^${issuer}`) });
    await inbox.page.route(`${issuer}/**`, (route) => route.abort());
    await inbox.goes();

    await inbox.text("Microsoft Entra, where you sign in, cannot be reached.").waitFor();
    await isAccessible(inbox);
  });

  test("while the app does not answer", async () => {
    const inbox = await world.opens({ failing: /\/api\/sign-in$/ });
    await inbox.page.route("**/api/sign-in", (route) => route.abort());
    await inbox.goes();

    await inbox.text("The app does not answer.").waitFor();
    await isAccessible(inbox);
  });

  test("where nobody has set up how to sign in, which says what to set", async () => {
    const host = await runHost(fileURLToPath(new URL("../contract/adapters/api", import.meta.url)));
    const inbox = await world.opens({ failing: /\/api\/sign-in$/ });
    await inbox.page.route("**/api/sign-in", async (route) => {
      await route.fulfill({ response: await route.fetch({ url: `${host.url}/api/sign-in` }) });
    });
    await inbox.goes();

    await inbox.text("the setting INBOX_CLIENT_ID is not set").waitFor();
    expect(await inbox.button("Sign in").count()).toBe(0);
    await isAccessible(inbox);
    await host.end("SIGTERM");
  });
});

describe("axe finds nothing, in light and in dark, for who has signed in", () => {
  beforeAll(async () => {
    for (const name of [WAITING, REJECTED, ...TOGETHER])
      await peopleAreAsked(world, name, "For the month's report");
    await world.api.reviews("di", REJECTED, "reject", "Not without a ticket.");
  });

  const opensRejection = async (inbox: Inbox): Promise<void> => {
    await inbox.opensRequestOf(WAITING);
    await inbox.button("Reject …").click();
    await inbox.dialog("Reject for good?").getByRole("button", { name: "Reject for good" }).click();
    await inbox.text("Say why, for").first().waitFor();
  };
  const opensTogether = async (inbox: Inbox): Promise<void> => {
    for (const name of TOGETHER)
      await inbox.page.getByRole("checkbox", { name: new RegExp(`${name} `) }).check();
    await inbox.button("Approve together …").click();
    await inbox.dialog(/^Approve 2 together/).waitFor();
  };
  const approvesTogether = async (inbox: Inbox): Promise<void> => {
    await opensTogether(inbox);
    await inbox.button("Approve 2").click();
    await eventually(async () =>
      expect(await inbox.page.getByText("Recorded", { exact: true }).count()).toBe(2),
    );
  };
  const rejectedId = async (): Promise<string> => (await world.api.request(REJECTED)).id;

  type View = readonly [hash: string, opens: (inbox: Inbox) => Promise<unknown>];

  test.each<[name: "Ana" | "Fay" | "Gus", views: Readonly<Record<string, View>>]>([
    [
      "Ana",
      {
        "what waits for me": [`#/?endpoint=${WAITING}`, (inbox) => inbox.row(WAITING).waitFor()],
        "what waits for others": ["#/?tab=others", (inbox) => inbox.heading("Waiting for others").waitFor()],
        "what was decided": [`#/?tab=decided&endpoint=${REJECTED}`, (inbox) => inbox.row(REJECTED).waitFor()],
        "nothing found": ["#/?q=nobody", (inbox) => inbox.text("Nothing meets these filters.").waitFor()],
        "one request": [`#/?endpoint=${WAITING}`, (inbox) => inbox.opensRequestOf(WAITING)],
        "one that was rejected": [
          `#/?tab=decided&endpoint=${REJECTED}`,
          (inbox) => inbox.opensRequestOf(REJECTED),
        ],
        "no request at all": ["#/requests/pec-0", (inbox) => inbox.page.getByRole("alert").waitFor()],
        "the dialog that rejects": [`#/?endpoint=${WAITING}`, opensRejection],
        "the dialog that approves several": ["#/?q=accessible", opensTogether],
        "what became of them": ["#/?q=accessible", approvesTogether],
        "the keys": ["#/?q=nobody", (inbox) => inbox.button("Keys").click()],
        "the audit": [
          `#/audit?endpoint=${WAITING}`,
          (inbox) => inbox.link(`Asked: ${WAITING} → aks-1`).waitFor(),
        ],
        "a line of the policy": ["#/policy/line/3", (inbox) => inbox.heading("The file").waitFor()],
        "the overview": ["#/overview", (inbox) => inbox.heading("Decisions").waitFor()],
        nothing: ["#/nowhere", (inbox) => inbox.heading("Nothing is here").waitFor()],
      },
    ],
    [
      "Fay",
      {
        "records, with their files": [
          `#/audit?endpoint=${REJECTED}`,
          (inbox) => inbox.button("Save all as csv").waitFor(),
        ],
        requests: ["#/audit?of=requests", (inbox) => inbox.text(/^\d+ found/).waitFor()],
        "who looked": [
          "#/audit?of=accesses",
          (inbox) =>
            inbox
              .text(/, shown \d/)
              .first()
              .waitFor(),
        ],
        "one trail, with its records": [
          "#/audit",
          async (inbox) => {
            await inbox.goes(`#/audit/${await rejectedId()}`);
            await inbox.page.getByText(/^Record 1/).click();
          },
        ],
      },
    ],
    ["Gus", { "why nothing waits": ["", (inbox) => inbox.text("more groups than a token").waitFor()] }],
  ])("%s, in every view and dialog", ALL_VIEWS, async (name, views) => {
    const inbox = await world.opens({ failing: /\/api\/requests\/pec-0/ });
    await inbox.comesAs(name);

    for (const [what, [hash, opens]] of Object.entries(views)) {
      await inbox.goes(hash);
      await opens(inbox);
      await isLoaded(inbox);
      await isAccessible(inbox, what);
      // A dialog covers what comes after it.
      await inbox.page.keyboard.press("Escape");
    }
  });

  test("while what is asked has changed, and once that was shown", async () => {
    await peopleAreAsked(world, "pe-accessible-news", "For the reports");
    const inbox = await world.opens();
    await inbox.comesAs("Ana");
    await inbox.opensRequestOf("pe-accessible-news");

    await world.consumer.requests("pe-accessible-news", { message: "For something else" });
    await trailBecomes(world, "pe-accessible-news", [...ASKED, ...ASKED]);
    await inbox.comesBack();
    await inbox.button("Show what changed").waitFor();
    await isAccessible(inbox, "that it changed");
    await inbox.button("Show what changed").click();

    await inbox.text("This changed:").waitFor();
    await isAccessible(inbox, "what changed");
  });

  test("once the sign-in has ended", async () => {
    await entra(world, "tokens", { accessTokenSeconds: 30 });
    const inbox = await world.opens({ failing: /\/token$/ });
    await inbox.comesAs("Ana");
    await entra(world, "sessions", {});
    await entra(world, "tokens", { accessTokenSeconds: 3_600 });
    await inbox.comesBack();

    await inbox.button("Sign in again").waitFor();
    await isAccessible(inbox);
  });
});
