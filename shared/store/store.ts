import type { Trails } from "../evidence/port.ts";
import type { Runs } from "../health/port.ts";
import type { Standing } from "../policy-in-force/port.ts";
import type { Outbox, Posted, RequestStore } from "../request/store.ts";
import type { AccessLog } from "../search/access.ts";
import type { Search } from "../search/port.ts";

/** Everything that the app keeps, in whatever it is kept. */
export interface Store extends RequestStore {
  readonly outbox: Outbox;
  readonly posted: Posted;
  readonly standing: Standing;
  readonly runs: Runs;
  readonly search: Search;
  readonly trails: Trails;
  readonly accesses: AccessLog;
  /**
   * Writes everything anew that follows from the records: requests, and what they and records are found by. For when
   * somebody changed it, or it got lost; the records themselves stay as they are. `told` hears how many requests are done.
   */
  rebuild(told: (requests: number) => void): Promise<void>;
  close(): void;
}
