import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { instant } from "../../../../shared/connection/connection.ts";
import { loadPolicy } from "../../../../shared/policy/file/load.ts";
import { formatProblems } from "../../../../shared/policy/file/report.ts";
import type { Policy } from "../../../../shared/policy/index.ts";
import type { Change } from "../../../../shared/request/life.ts";
import type { Entry } from "../../../../shared/request/record.ts";
import { aConnection, aConnectionId, anEndpoint, aTrail, HOUR } from "../../../fixtures/builders.ts";
import {
  anEntry,
  applied,
  applying,
  aRequirement,
  assessed,
  bo,
  decided,
  reviewed,
  verified,
} from "../../../fixtures/entries.ts";

/** The policy that is in force in the app, so that nothing is assessed again. */
function policyInForce(): Policy {
  const file = fileURLToPath(new URL("../../../../policy.yaml", import.meta.url));
  const loaded = loadPolicy(readFileSync(file, "utf8"), file);
  if (loaded.kind === "problems") throw new Error(formatProblems(loaded.problems));
  return loaded.policy;
}

/** Amid an hour, so that what is left of it, rounded down, is the same for as long as tests run. */
const at = instant(Date.now() - 1.5 * HOUR);
const policy = policyInForce();

/** Waits for as long as tests run. */
const asked = (quorum: number, differences: Parameters<typeof aRequirement>[0] = {}): Entry => ({
  ...(anEntry.asked as Extract<Entry, { kind: "asked" }>),
  requirement: aRequirement({ quorum, ...differences }),
  deadline: instant(Date.parse(at) + 48 * HOUR),
});

const aboutEndpoint = (name: string, message: string, ...entries: readonly Entry[]): Change =>
  aTrail(
    {
      connection: aConnection({ id: aConnectionId(`${name}.1`), endpoint: anEndpoint(name), message }),
      at,
    },
    ...entries,
  );

const judged = assessed(policy);

export const PAIR = aboutEndpoint("pe-pair", "two of us, please", judged, asked(2));
export const ALONE = aboutEndpoint("pe-alone", "\u001b[2Jpay\u202e", judged, asked(1));
export const REASONED = aboutEndpoint("pe-reasoned", "", judged, asked(2, { reasonRequired: true }));
export const HALF = aboutEndpoint("pe-half", "", judged, asked(3), reviewed(bo));
export const UNWANTED = aboutEndpoint("pe-unwanted", "", judged, asked(1));
export const SLOW = aboutEndpoint("pe-slow", "", judged, asked(1));
export const UNSEEN = aboutEndpoint("pe-unseen", "", judged, asked(1));
export const OVER = aboutEndpoint("pe-over", "", judged, asked(1));
export const LOST = aboutEndpoint("pe-lost", "", judged, asked(2));
export const UNSENT = aboutEndpoint("pe-unsent", "", judged, asked(2));
export const DONE = aboutEndpoint("pe-done", "", decided(), applying(), applied(), verified());
export const EXPIRED = aboutEndpoint("pe-expired", "", judged, asked(1), anEntry.expired);
export const FAILED = aboutEndpoint("pe-failed", "", judged, anEntry.failed);
export const STUCK = aboutEndpoint("pe-stuck", "", judged, anEntry.failed);

export const trails: readonly Change[] = [
  PAIR,
  ALONE,
  REASONED,
  HALF,
  UNWANTED,
  SLOW,
  UNSEEN,
  OVER,
  LOST,
  UNSENT,
  DONE,
  EXPIRED,
  FAILED,
  STUCK,
];
