import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { installAzurite } from "../../../infra/local/azurite/install.ts";
import {
  AZURITE_SCRIPT,
  azuriteArguments,
  azuriteEnvironment,
  connectionStringOf,
} from "../../../infra/local/azurite/options.ts";
import { type Instant, instant } from "../../../shared/connection/connection.ts";
import type { Change } from "../../../shared/request/life.ts";
import { recordTerms, type Term } from "../../../shared/search/terms.ts";
import { openTableStore, type TableStore } from "../../../shared/store/tables/open.ts";
import {
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  aTrail,
  MINUTE,
  NINE,
} from "../../fixtures/builders.ts";
import {
  ana,
  applying,
  asked,
  asPerson,
  assessed,
  decided,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";
import { figuresOf } from "../figures.ts";

/** So many clusters, and endpoints in each. */
const CLUSTERS = 40;
const AT_A_TIME = 20;
const PAGE = 50;
const TRIES = 5;
/** All rows are in its memory, some 20 for each record. */
const AZURITE_HEAP_MIB = 12_000;

/** What a page of each index costs, in ms. */
export interface TableFigures {
  readonly records: number;
  readonly appendsPerSecond: number;
  readonly pages: Readonly<Record<string, number>>;
}

/** Fills an Azurite with so many records, and asks for the first page of every index. */
export async function measureTables(count: number): Promise<TableFigures> {
  await installAzurite(console.error);
  const account = { name: "bench", key: randomBytes(32).toString("base64") };
  const azurite = fork(AZURITE_SCRIPT, azuriteArguments({ folder: null, ports: { blob: 0, table: 0 } }), {
    env: { ...process.env, ...azuriteEnvironment(account) },
    execArgv: [`--max-old-space-size=${AZURITE_HEAP_MIB}`],
  });
  try {
    const connectionString = connectionStringOf(account, await originsOf(azurite));
    const store = await openTableStore({ account: { connectionString }, warn: console.error });
    const { records, seconds } = await fill(store, count);
    return { records, appendsPerSecond: records / seconds, pages: await pagesOf(store) };
  } finally {
    azurite.kill("SIGKILL");
  }
}

async function originsOf(azurite: ChildProcess): Promise<{ blob: string; table: string }> {
  const [origins] = await once(azurite, "message");
  return origins as { blob: string; table: string };
}

/** A request every minute: every other one by a rule, the others by a person; each tenth is still open. */
function trailNumber(n: number): Change {
  const cluster = aClusterId(`aks-${n % CLUSTERS}`);
  const connection = aConnection({
    id: aConnectionId(`pe-${n}`, cluster),
    endpoint: anEndpoint(`pe-team${n % 7}-${n}`),
  });
  const answer = [applying(), verified()];
  const byPerson = [asked(), reviewed(ana), decided("approve", asPerson(ana)), ...answer];
  const entries = n % 10 === 0 ? [asked()] : n % 2 === 0 ? [decided(), ...answer] : byPerson;
  const at: Instant = instant(Date.parse(NINE) + n * MINUTE);
  return aTrail({ connection, at }, assessed(), ...entries);
}

async function fill(store: TableStore, count: number): Promise<{ records: number; seconds: number }> {
  const start = performance.now();
  let records = 0;
  for (let n = 0; records < count; n += AT_A_TIME) {
    const changes = Array.from({ length: AT_A_TIME }, (_none, index) => trailNumber(n + index));
    await Promise.all(changes.map((change) => store.append(change)));
    records += changes.reduce((sum, change) => sum + change.records.length, 0);
  }
  return { records, seconds: (performance.now() - start) / 1_000 };
}

async function pagesOf({ search }: TableStore): Promise<Record<string, number>> {
  const paging = { limit: PAGE, cursor: null };
  const terms = [...new Map(termsThere().map((term) => [term.split(":")[0], term])).values()];
  const questions: [string, () => Promise<unknown>][] = [
    ["records", () => search.records({ terms: [], ...paging })],
    ...terms.map((term): [string, () => Promise<unknown>] => [
      `records by ${term.split(":")[0]}`,
      () => search.records({ terms: [term], ...paging }),
    ]),
    ...(["newest", "oldest", "deadline"] as const).map((by): [string, () => Promise<unknown>] => [
      `requests, ${by}`,
      () => search.requests({ terms: [], by, ...paging }),
    ]),
    ["requests by state", () => search.requests({ terms: ["state:waiting"], by: "newest", ...paging })],
  ];
  const pages: Record<string, number> = {};
  for (const [what, ask] of questions) pages[what] = await timeOf(ask);
  return pages;
}

/** One of each dimension at least; there are such in every store. */
const termsThere = (): readonly Term[] => [1, 2].flatMap((n) => trailNumber(n).records.flatMap(recordTerms));

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TRIES; n++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return figuresOf(times, 1).p50Ms;
}
