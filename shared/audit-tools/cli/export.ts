import * as z from "zod";
import { Instant, RequestId } from "../../connection/connection.ts";
import type { Trails } from "../../evidence/port.ts";
import type { Period } from "../../evidence/verify.ts";
import { type Command, type Io, parse, UsageError } from "../../policy-tools/cli/command.ts";
import { canonicalText, jsonIn } from "../../request/json.ts";
import type { StoredRecord } from "../../request/store.ts";
import { openArchive } from "../open-for-reading.ts";
import { PERIOD, PLACES, PLACES_HELP, periodOf, storeOf } from "./places.ts";

const HELP = `Prints records, one JSON object on each line: each request's records in order, one request after the other.

Usage: npm run audit -- export [options] > records.ndjson

  --request ID            only those of this request
  --from MOMENT           only those of then and later, like 2026-11-30
  --to MOMENT             only those of before then; a day is meant with all of its hours
${PLACES_HELP}

The records are printed as they are stored; "verify" tells whether the app wrote them. A seal covers the text before it.
`;

/** `audit export`. */
export const exportCommand: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values } = parse(args, { ...PLACES, ...PERIOD, request: { type: "string" } });
    const period = periodOf(values);
    const only = values.request === undefined ? null : requestNamed(values.request);
    const store = await openArchive(storeOf(values, io), io);
    try {
      for await (const id of only === null ? idsIn(store.trails, period) : [only])
        for (const record of await store.trails.records(id)) print(record, period, io);
      return 0;
    } finally {
      store.close();
    }
  },
};

function requestNamed(text: string): RequestId {
  const parsed = RequestId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--request must be pec- and 32 hexadecimal digits, not "${text}".`);
}

const PAGE = 500;

async function* idsIn(trails: Trails, period: Period | null): AsyncGenerator<RequestId> {
  if (period !== null) {
    yield* trails.changed(period.from, period.to);
    return;
  }
  for (let after: string | null = null; ; ) {
    const page: readonly string[] = await trails.ids(after, PAGE);
    for (const id of page) if (RequestId.safeParse(id).success) yield id as RequestId;
    after = page.at(-1) ?? null;
    if (after === null) return;
  }
}

const Dated = z.looseObject({ at: Instant });

function print({ seq, said, seal }: StoredRecord, period: Period | null, io: Io): void {
  const { data: record } = Dated.safeParse(jsonIn(said));
  // Nobody knows when it was written, so it is in every period.
  if (record === undefined) io.out(`${JSON.stringify({ seq, unreadable: said, seal })}\n`);
  else if (period === null || (record.at >= period.from && record.at < period.to))
    io.out(
      `${isOneLine(said) ? said.slice(0, -1) : canonicalText(record).slice(0, -1)},"seal":${JSON.stringify(seal)}}\n`,
    );
}

/** As the app writes it; anything else that is JSON may have spaces and line breaks. */
const isOneLine = (said: string): boolean => said.endsWith("}") && !/[\r\n]/.test(said);
