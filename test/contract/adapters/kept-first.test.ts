import { InvocationContext } from "@azure/functions";
import { expect, test } from "vitest";
import { type App, createApp } from "../../../functions/kit/app.ts";
import type { AnyRoute } from "../../../functions/kit/route.ts";
import type { Caller } from "../../../functions/kit/sign-in.ts";
import { linkRoutes } from "../../../functions/links.ts";
import { notifyTestRoutes } from "../../../functions/notify-tests.ts";
import { aTrail, NINE } from "../../fixtures/builders.ts";
import { ana, aRequirement, asked, assessed } from "../../fixtures/entries.ts";
import { CLIENT_ID, inMemory } from "./in-memory-app.ts";

const caller: Caller = {
  ...ana,
  roles: ["Reader", "Approver"],
  isPerson: true,
  scopes: ["Approvals.ReadWrite"],
  clientId: CLIENT_ID,
};

/** It waits for people from now on, and it cannot be kept who does what. */
async function anAppThatKeepsNothing() {
  const made = await createApp(inMemory);
  const deadline = new Date(Date.now() + 60 * 60_000).toISOString();
  const question = { ...asked(aRequirement()), deadline } as ReturnType<typeof asked>;
  const change = aTrail({ at: NINE }, assessed(), question);
  await made.store.append(change);
  const tried: string[] = [];
  const app: App = {
    ...made,
    store: {
      ...made.store,
      accesses: {
        ...made.store.accesses,
        add: async () => {
          throw new Error("The disk is full.");
        },
      },
    },
    trials: () => [
      {
        name: "log",
        sendTest: async () => {
          tried.push("log");
          return { result: "accepted", sentence: "It took it." };
        },
      },
    ],
  };
  return { app, tried, id: change.request.id };
}

const called = (app: App, route: AnyRoute | undefined, path: unknown, body: unknown): Promise<unknown> => {
  const context = new InvocationContext({ logHandler: () => undefined });
  return Promise.resolve(
    route?.handle(app, { path, query: undefined, body, caller, signed: null, link: null, context }),
  );
};

test("no test is sent where it cannot be kept who had it sent", async () => {
  const { app, tried } = await anAppThatKeepsNothing();

  await expect(called(app, notifyTestRoutes[0], undefined, {})).rejects.toMatchObject({
    code: "notRecorded",
  });

  expect(tried).toEqual([]);
});

test("no link is made where it cannot be kept who made it", async () => {
  const { app, id } = await anAppThatKeepsNothing();

  await expect(called(app, linkRoutes[0], { id }, { minutes: 60 })).rejects.toMatchObject({
    code: "notRecorded",
  });
});
