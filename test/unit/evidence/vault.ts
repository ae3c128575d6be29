import type { RequestId } from "../../../shared/connection/connection.ts";
import { digestSeals } from "../../../shared/evidence/digest.ts";
import { lookThrough } from "../../../shared/evidence/look-through.ts";
import type { DigestStore, Trails } from "../../../shared/evidence/port.ts";
import { type Period, type Verification, verify } from "../../../shared/evidence/verify.ts";
import { type Digested, writeDigests } from "../../../shared/evidence/write-digests.ts";
import { type Change, requestText, writeDown } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { RequestStore, StoredRecord } from "../../../shared/request/store.ts";
import { aConnection, aConnectionId, anEndpoint, aTrail, HOUR, later } from "../../fixtures/builders.ts";
import { asked, assessed } from "../../fixtures/entries.ts";
import { aKey, SEALS } from "../../fixtures/seals.ts";

interface Row extends StoredRecord {
  readonly at: string;
}
export interface Drawer {
  request: ApprovalRequest | null;
  requestSeal: string | null;
  rows: Row[];
}

/** The seals of tests, for digests. */
export const DIGEST_SEALS = digestSeals([aKey("test")]);

/** Trails and digests in memory, as stores keep them, open to whoever wants to change them. */
export class Vault implements DigestStore, Trails, Pick<RequestStore, "whole"> {
  drawers = new Map<string, Drawer>();
  digests = new Map<number, string>();
  readonly trails = this;

  async whole(id: RequestId) {
    const { request, rows } = this.drawers.get(id) ?? { request: null, rows: [] };
    return { request, records: rows.toSorted((one, other) => one.seq - other.seq) };
  }
  async ids(after: string | null, limit: number) {
    return [...this.drawers.keys()]
      .sort()
      .filter((id) => id > (after ?? ""))
      .slice(0, limit);
  }
  async *changed(from: string, to: string) {
    for (const [id, { rows }] of this.drawers)
      if (rows.some(({ at }) => at >= from && at < to)) yield id as RequestId;
  }
  async records(id: RequestId) {
    return (await this.whole(id)).records;
  }
  async *wholes(ids: readonly string[]) {
    for (const id of ids) {
      const whole = await this.whole(id as RequestId);
      const seal = this.drawers.get(id)?.requestSeal ?? null;
      const { request } = whole;
      yield {
        ...whole,
        sealed: seal === null || request === null ? null : { said: requestText(request), seal },
      };
    }
  }
  async numbers() {
    return [...this.digests.keys()].sort((one, other) => one - other);
  }
  async read(number: number) {
    return this.digests.get(number) ?? null;
  }
  async write(number: number, text: string) {
    if (this.digests.has(number)) return this.digests.get(number) === text;
    this.digests.set(number, text);
    return true;
  }

  append({ request, requestSeal, records, said }: Change): void {
    const rows = records.map(({ seq, seal, at }, index) => ({ seq, seal, at, said: said[index] ?? "" }));
    this.drawers.set(request.id, {
      request,
      requestSeal,
      rows: [...(this.drawers.get(request.id)?.rows ?? []), ...rows],
    });
  }

  /** Opens a request whose record are of this hour. */
  open(name: string, hour: number): RequestId {
    const connection = aConnection({ id: aConnectionId(`${name}.1`), endpoint: anEndpoint(name) });
    const change = aTrail({ connection, at: later(hour * HOUR) }, assessed(), asked());
    this.append(change);
    return change.request.id;
  }

  add(id: RequestId, hour: number, ...entries: readonly Entry[]): void {
    const { request } = this.drawer(id);
    if (request !== null) this.append(writeDown(request, entries, later(hour * HOUR), SEALS));
  }

  drawer(id: string): Drawer {
    const drawer = this.drawers.get(id);
    if (drawer === undefined) throw new Error(`There is no ${id}.`);
    return drawer;
  }

  /** A copy of all trails, as somebody may keep to put it back. */
  copyOfTrails(): Map<string, Drawer> {
    return new Map([...this.drawers].map(([id, drawer]) => [id, { ...drawer, rows: [...drawer.rows] }]));
  }

  /** Makes the digests of this hour. */
  digest(hour: number, maxHeads?: number): Promise<Digested> {
    return writeDigests({
      trails: this,
      digests: this,
      seals: DIGEST_SEALS,
      maxAgeMs: 2 * HOUR,
      now: () => later(hour * HOUR),
      ...(maxHeads !== undefined && { maxHeads }),
    });
  }

  verify(
    period: Period | null = null,
    { seals = SEALS, maxHeads = 1_000, hour = 1_000 } = {},
  ): Promise<Verification> {
    return verify(
      {
        trails: this,
        digests: this,
        seals: DIGEST_SEALS,
        look: (task) => lookThrough({ store: this, seals }, task, () => undefined),
        atATime: 2,
        maxAgeMs: 2 * HOUR,
        maxHeads,
        now: () => later(hour * HOUR),
      },
      period,
    );
  }
}
