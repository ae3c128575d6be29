import { createSecretKey } from "node:crypto";
import { Digest, textOf } from "../../../shared/evidence/digest.ts";
import type { Damage } from "../../../shared/evidence/finding.ts";
import { canonicalText } from "../../../shared/request/json.ts";
import { requestText } from "../../../shared/request/life.ts";
import type { Seals } from "../../../shared/request/seal.ts";
import { keyedSeals } from "../../../shared/request/seal.ts";
import { aKey, SEALS } from "../../fixtures/seals.ts";
import { DIGEST_SEALS, type Drawer, type Vault } from "./vault.ts";

/** Where somebody strikes: of each number the remainder is taken. */
export interface Aim {
  readonly trail: number;
  readonly other: number;
  readonly record: number;
  readonly digest: number;
}

/** What a verification must say of it. */
export interface Expected {
  readonly what: Damage;
  readonly requestId?: string;
  readonly seq?: number;
  readonly digest?: number;
  /** Other trails that are bad by it. */
  readonly also?: readonly string[];
}

type Strike = (vault: Vault, aim: Aim, before: Map<string, Drawer>) => Expected;

const STRANGER = keyedSeals([aKey("stranger")]);
/** A key that has the name of ours. */
const NAMESAKE = keyedSeals([{ id: "test", key: createSecretKey(Buffer.alloc(32, 7)) }]);

const idOf = (vault: Vault, index: number): string => {
  const ids = [...vault.drawers.keys()].sort();
  return ids[index % ids.length] ?? "";
};

/** The trail that is aimed at, and one of its records that is not the last. */
function aimed(vault: Vault, { trail, record }: Aim) {
  const requestId = idOf(vault, trail);
  const { rows } = vault.drawer(requestId);
  const index = record % (rows.length - 1);
  return { requestId, rows, index, seq: index + 1 };
}

const said = (text: string, change: object): string => canonicalText({ ...JSON.parse(text), ...change });

function resealed(rows: Drawer["rows"], from: number, seals: Seals): void {
  for (let index = from; index < rows.length; index++) {
    const row = rows[index];
    if (row !== undefined)
      rows[index] = { ...row, seal: seals.seal(rows[index - 1]?.seal ?? null, row.said) };
  }
}

const renumber = (rows: Drawer["rows"]): void =>
  void rows.splice(0, rows.length, ...rows.map((row, index) => ({ ...row, seq: index + 1 })));

/** Everything that somebody can do to a store, and what it is called. */
export const STRIKES: Readonly<Record<string, Strike>> = {
  "edit a record": (vault, aim) => {
    const { requestId, rows, index, seq } = aimed(vault, aim);
    const row = rows[index];
    if (row) rows[index] = { ...row, said: said(row.said, { sentence: "Nothing happened." }) };
    return { what: "edited", requestId, seq };
  },
  "edit the last record, which a digest knows": (vault, aim) => {
    const { requestId, rows } = aimed(vault, aim);
    const row = rows.at(-1);
    if (row) rows[rows.length - 1] = { ...row, said: said(row.said, { sentence: "Nothing happened." }) };
    return { what: "edited", requestId, seq: rows.length };
  },
  "edit a record and seal it with a key of the same name": (vault, aim) => {
    const { requestId, rows, index, seq } = aimed(vault, aim);
    const row = rows[index];
    if (row) rows[index] = { ...row, said: said(row.said, { sentence: "Nothing happened." }) };
    resealed(rows, index, NAMESAKE);
    return { what: "forged", requestId, seq };
  },
  "write over a record": (vault, aim) => {
    const { requestId, rows, index, seq } = aimed(vault, aim);
    const row = rows[index];
    if (row) rows[index] = { ...row, said: "{" };
    return { what: "unreadable", requestId, seq };
  },
  "delete a record": (vault, aim) => {
    const { requestId, rows, index, seq } = aimed(vault, aim);
    rows.splice(index, 1);
    return { what: "removed", requestId, seq };
  },
  "delete a record and move the others up": (vault, aim) => {
    const { requestId, rows, index, seq } = aimed(vault, aim);
    rows.splice(index, 1);
    renumber(rows);
    return { what: "removed", requestId, seq };
  },
  "cut off the end of a trail": (vault, aim) => {
    const { requestId, rows, seq } = aimed(vault, aim);
    rows.splice(seq);
    return { what: "truncated", requestId, seq: seq + 1 };
  },
  "cut off the end of a trail, and put the request back as it was": (vault, aim, before) => {
    const { requestId } = aimed(vault, aim);
    const old = before.get(requestId);
    if (old) vault.drawers.set(requestId, { ...old, rows: [...old.rows] });
    return { what: "truncated", requestId, seq: (old?.rows.length ?? 0) + 1 };
  },
  "delete a whole trail": (vault, aim) => {
    const { requestId } = aimed(vault, aim);
    vault.drawers.delete(requestId);
    return { what: "truncated", requestId, seq: 1 };
  },
  "put a record in": (vault, aim) => {
    const { requestId, rows, index, seq } = aimed(vault, aim);
    const row = rows[index];
    if (row) rows.splice(index, 0, { ...row, said: said(row.said, { sentence: "Approved." }) });
    renumber(rows);
    return { what: "inserted", requestId, seq };
  },
  "put a record in beside another one": (vault, aim) => {
    const { requestId, rows, index, seq } = aimed(vault, aim);
    const row = rows[index];
    if (row) rows.splice(index + 1, 0, { ...row, said: said(row.said, { sentence: "Approved." }) });
    return { what: "inserted", requestId, seq: seq + 1 };
  },
  "change the order of two records": (vault, aim) => {
    const { requestId, rows, index, seq } = aimed(vault, aim);
    rows.splice(index, 2, ...rows.slice(index, index + 2).reverse());
    renumber(rows);
    return { what: "reordered", requestId, seq };
  },
  "exchange two requests": (vault, { trail, other }) => {
    const first = idOf(vault, trail);
    const second = idOf(vault, trail + 1 + (other % (vault.drawers.size - 1)));
    const [one, two] = [vault.drawer(first), vault.drawer(second)];
    [one.rows, two.rows] = [two.rows, one.rows];
    return { what: "swapped", requestId: first, seq: 1, also: [second] };
  },
  "put a record of another request in the place of one": (vault, aim) => {
    const { requestId, rows, index, seq } = aimed(vault, aim);
    const other = vault.drawer(idOf(vault, aim.trail + 1)).rows[index];
    if (other) rows[index] = other;
    return { what: "swapped", requestId, seq };
  },
  "forge a record with another key": (vault, aim) => {
    const { requestId, rows, index, seq } = aimed(vault, aim);
    resealed(rows, index, STRANGER);
    return { what: "otherKey", requestId, seq };
  },
  "add a record with another key": (vault, aim) => {
    const { requestId, rows } = aimed(vault, aim);
    const last = rows.at(-1);
    if (last) rows.push({ ...last, seq: last.seq + 1, said: said(last.said, { seq: last.seq + 1 }) });
    resealed(rows, rows.length - 1, STRANGER);
    return { what: "otherKey", requestId, seq: rows.length };
  },
  "write a trail anew with the app's own key": (vault, aim) => {
    const { requestId, rows, index } = aimed(vault, aim);
    const row = rows[index];
    if (row) rows[index] = { ...row, said: said(row.said, { sentence: "Nothing happened." }) };
    resealed(rows, index, SEALS);
    return { what: "rewritten", requestId };
  },
  "add a record of long ago with the app's own key": (vault, aim) => {
    const { requestId, rows } = aimed(vault, aim);
    const last = rows.at(-1);
    if (last) rows.push({ ...last, seq: last.seq + 1, said: said(last.said, { seq: last.seq + 1 }) });
    resealed(rows, rows.length - 1, SEALS);
    return { what: "unwitnessed", requestId, seq: rows.length };
  },
  "write a trail that makes no request with the app's own key": (vault, aim) => {
    const requestId = "pec-0123456789abcdef0123456789abcdef";
    const [, row] = aimed(vault, aim).rows;
    const [last = ""] = (vault.digests.get(vault.digests.size) ?? "").split("\n");
    const claims = { requestId, seq: 1, at: Digest.parse(JSON.parse(last)).until };
    const rows = row === undefined ? [] : [{ ...row, seq: 1, said: said(row.said, claims) }];
    resealed(rows, 0, SEALS);
    vault.drawers.set(requestId, { request: null, requestSeal: null, rows });
    return { what: "rewritten", requestId };
  },
  "write into a request": (vault, aim) => {
    const { requestId } = aimed(vault, aim);
    const drawer = vault.drawer(requestId);
    if (drawer.request) drawer.request = { ...drawer.request, requestMessage: "from a friend" };
    return { what: "requestDiffers", requestId };
  },
  "put back what a request was, with its seal": (vault, aim, before) => {
    const { requestId } = aimed(vault, aim);
    const [drawer, old] = [vault.drawer(requestId), before.get(requestId)];
    if (old) vault.drawers.set(requestId, { ...old, rows: drawer.rows });
    return { what: "requestDiffers", requestId };
  },
  "write into a request and seal it as a record is sealed": (vault, aim) => {
    const { requestId, rows } = aimed(vault, aim);
    const drawer = vault.drawer(requestId);
    if (drawer.request) drawer.request = { ...drawer.request, requestMessage: "from a friend" };
    if (drawer.request)
      drawer.requestSeal = SEALS.seal(rows.at(-1)?.seal ?? null, requestText(drawer.request));
    return { what: "requestDiffers", requestId };
  },
  "put in what is no request": (vault, aim) => {
    const { rows } = aimed(vault, aim);
    vault.drawers.set("pec-9's", { request: null, requestSeal: null, rows });
    return { what: "inserted", requestId: "pec-9's" };
  },
  "drop a digest": (vault, { digest }) => {
    const number = 1 + (digest % (vault.digests.size - 1));
    vault.digests.delete(number);
    return { what: "digestMissing", digest: number };
  },
  "change a digest": (vault, { digest }) => {
    const number = 1 + (digest % vault.digests.size);
    vault.digests.set(number, (vault.digests.get(number) ?? "").replace('"trails":', '"trails":1'));
    return { what: "digestChanged", digest: number };
  },
  "put one digest in the place of another": (vault, { digest }) => {
    const number = 1 + (digest % (vault.digests.size - 1));
    vault.digests.set(number, vault.digests.get(number + 1) ?? "");
    return { what: "digestChanged", digest: number };
  },
  "seal a digest as a record is sealed": (vault, { digest }) => {
    const number = 1 + (digest % vault.digests.size);
    const [text = ""] = (vault.digests.get(number) ?? "").split("\n");
    vault.digests.set(number, `${text}\n${SEALS.seal(null, text)}\n`);
    return { what: "digestChanged", digest: number };
  },
  "write a digest anew with the app's own key": (vault, { digest }) => {
    const number = 1 + (digest % (vault.digests.size - 1));
    const [text = ""] = (vault.digests.get(number) ?? "").split("\n");
    vault.digests.set(number, textOf({ ...Digest.parse(JSON.parse(text)), heads: [] }, DIGEST_SEALS));
    return { what: "digestBreaks", digest: number + 1 };
  },
  "take all digests away": (vault) => {
    vault.digests.clear();
    return { what: "digestLate" };
  },
  "put the whole store back to an earlier hour": (vault, _aim, before) => {
    vault.drawers = before;
    return { what: "rolledBack" };
  },
};
