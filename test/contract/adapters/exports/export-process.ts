import { type App, createApp } from "../../../../functions/kit/app.ts";
import { serve } from "../../../../functions/kit/route.ts";
import type { Caller } from "../../../../functions/kit/sign-in.ts";
import { routes } from "../../../../functions/routes.ts";
import type { Search } from "../../../../shared/search/port.ts";
import { aTrail } from "../../../fixtures/builders.ts";
import { ana, asked, reviewed } from "../../../fixtures/entries.ts";
import { CLIENT_ID, inMemory } from "../in-memory-app.ts";

const caller: Caller = {
  ...ana,
  roles: ["Auditor"],
  isPerson: true,
  scopes: ["Approvals.Read"],
  clientId: CLIENT_ID,
};

const { store, ...rest } = await createApp(inMemory);
await store.append(aTrail({}, asked(), reviewed(ana)));

/**
 * A search whose answers have no end: the same records again and again, until it breaks, where a word says after how many
 * pages. Each page is a line in the log.
 */
const search: Search = {
  ...store.search,
  records: async ({ terms, cursor, limit }) => {
    const number = Number(cursor ?? 0) + 1;
    if (terms[0] === "rule:in-vain") return lookInVain(number);
    process.stdout.write(`page ${number}\n`);
    const [, breaksAfter = "Infinity"] = /^rule:breaks-after-(\d+)$/.exec(terms[0] ?? "") ?? [];
    if (number > Number(breaksAfter)) throw new Error("The store is gone.");
    const { items } = await store.search.records({ terms: [], cursor: null, limit: 3 });
    return {
      items: Array.from({ length: limit }, (_, index) => items[index % 3]).filter(
        (item) => item !== undefined,
      ),
      nextCursor: String(number),
    };
  },
};

/** So many looks, none of which takes a turn of the event loop, find nothing; each thousand of them is a line in the log. */
const VAIN_LOOKS = 3_000_000;

function lookInVain(number: number) {
  if (number % 1_000 === 0) process.stdout.write(`page ${number} in vain\n`);
  return { items: [], nextCursor: number < VAIN_LOOKS ? String(number) : null };
}

/** Nothing is kept of whoever is called so. */
const accesses: App["store"]["accesses"] = {
  ...store.accesses,
  add: async (access) => {
    if (access.person.name === "Unlucky") throw new Error("The log is full.");
    await store.accesses.add(access);
  },
};

const app: App = {
  ...rest,
  store: { ...store, search, accesses },
  signIn: async (authorization) =>
    authorization === "Bearer unlucky" ? { ...caller, name: "Unlucky" } : caller,
};

serve(routes, () => app);
