import type { Entry } from "../../../../shared/request/record.ts";
import { aConnection, aConnectionId, aTrail, DAY, later } from "../../../fixtures/builders.ts";
import { ana, asked, decided, reviewed, verified } from "../../../fixtures/entries.ts";

/** Waits for as long as tests run, whatever the clock says. */
const askedForLong = { ...asked(), deadline: "2100-03-02T09:00:00.000Z" } as Entry;

/** Asked, and reviewed by one; a day later, decided by a rule. */
export const FIRST = aTrail({}, askedForLong, reviewed(ana));
export const NEXT = aTrail(
  { connection: aConnection({ id: aConnectionId("next-day") }), at: later(DAY) },
  decided(),
  verified(),
);
