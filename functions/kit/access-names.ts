import * as z from "zod";
import { RequestId } from "../../shared/connection/connection.ts";
import { placeName } from "../../shared/request/names.ts";
import type { RequestStore } from "../../shared/request/store.ts";
import type { Access } from "../../shared/search/access.ts";
import type { Search } from "../../shared/search/port.ts";
import { requestSummary } from "../../shared/search/summaries.ts";
import { termOf } from "../../shared/search/terms.ts";

/** What names are looked up in. */
interface Known extends Pick<RequestStore, "read"> {
  readonly search: Search;
}

type NameOf = (known: Known, id: string) => Promise<string | null>;

/** So many look-ups at once. */
const AT_ONCE = 16;
const ONE = { limit: 1, cursor: null } as const;

const nameOfRequest: NameOf = async ({ read }, text) => {
  const id = RequestId.safeParse(text.toLowerCase()).data;
  const request = id === undefined ? null : await read(id);
  return request && placeName(requestSummary(request));
};

const nameOfConsumer: NameOf = async ({ search }, id) => {
  const { items } = await search.requests({ terms: [termOf("consumer", id)], by: "newest", ...ONE });
  return items[0]?.consumerName ?? null;
};

const nameOfPerson: NameOf = async ({ search }, oid) => {
  const { items } = await search.records({ terms: [termOf("person", oid)], ...ONE });
  const actor = items[0]?.actor;
  return actor?.kind === "person" && actor.oid === oid.toLowerCase() ? actor.name : null;
};

/** By the filters and parts of an address that take ids. */
const NAMES: Readonly<Record<string, NameOf>> = {
  id: nameOfRequest,
  request: nameOfRequest,
  consumer: nameOfConsumer,
  person: nameOfPerson,
};

const isId = (text: string): boolean => /^pec-/i.test(text) || z.guid().safeParse(text).success;

/** What the ids are called that people asked for, by id; those that the store does not know are left out. */
export async function namesIn(
  known: Known,
  accesses: readonly Pick<Access, "query">[],
): Promise<Readonly<Record<string, string>>> {
  const asked = new Map<string, NameOf>();
  for (const { query } of accesses)
    for (const [filter, nameOf] of Object.entries(NAMES)) {
      const text = query[filter];
      if (text !== undefined && isId(text)) asked.set(text, nameOf);
    }
  const ids = [...asked];
  const names: [string, string][] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const found = await Promise.all(some.map(async ([id, nameOf]) => [id, await nameOf(known, id)] as const));
    for (const [id, name] of found) if (name !== null) names.push([id, name]);
  }
  return Object.fromEntries(names);
}
