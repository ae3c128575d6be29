import type { Row } from "../figures.ts";
import { measureStore, type StoreFigures } from "./measure.ts";

/** A store in which nothing takes long, whatever is asked. */
const FEW_RECORDS = 10_000;

/** A large store beside a small one, whatever is asked. */
export async function storeRows(many: number): Promise<Row[]> {
  const say = (records: number) => process.stderr.write(`a store of ${records} records ...\n`);
  say(FEW_RECORDS);
  const small = await measureStore(FEW_RECORDS);
  say(many);
  const large = await measureStore(many);
  const what = `store, ${many.toLocaleString("en")} records`;
  const slowest = large.questions.reduce((a, b) => (a.ms > b.ms ? a : b));
  const inVain = large.questions.filter(({ items }) => items === 0).map(({ ms }) => ms);
  return [
    {
      what: `${what}: size of the file`,
      value: large.bytesPerRecord,
      unit: "bytes a record",
      aim: "<= 1000",
    },
    {
      what: `${what}: appends while it is filled`,
      value: large.appendsPerSecond,
      unit: "records/s",
      aim: "",
    },
    {
      what: `${what}: slowest page of ${large.questions.length} (${slowest.what})`,
      value: slowest.ms,
      unit: "ms",
      aim: "<= 10",
    },
    {
      what: `${what}: slowest page without a match`,
      value: Math.max(0, ...inVain),
      unit: "ms",
      aim: "<= 10",
    },
    {
      what: `${what}: pages, against ones as full of ${FEW_RECORDS.toLocaleString("en")}`,
      value: growth(small, large),
      unit: "times",
      aim: "<= 1.5",
    },
    { what: `${what}: how requests ended in a month`, value: large.closingsMs, unit: "ms", aim: "<= 1000" },
    {
      what: `${what}: verify`,
      value: large.verify.recordsPerSecond,
      unit: "records/s",
      aim: ">= 200000",
    },
    {
      what: `${what}: verify, of processor time`,
      value: large.verify.recordsPerProcessorSecond,
      unit: "records/s",
      aim: "",
    },
  ];
}

/** How much longer pages take in a larger store, of those that hold as much in both: one term alone or two, of everything. */
function growth(small: StoreFigures, large: StoreFigures): number {
  const pairs = small.questions.flatMap((before) => {
    const now = large.questions.find(({ what, items }) => what === before.what && items === before.items);
    return now === undefined ? [] : [[before.ms, now.ms] as const];
  });
  const sum = (index: 0 | 1) => pairs.reduce((total, pair) => total + pair[index], 0);
  return sum(1) / sum(0);
}
