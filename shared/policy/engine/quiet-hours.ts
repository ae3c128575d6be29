import type { ApprovalRequirement, QuietHours } from "../verdict.ts";
import { isWithin, lastEndOf } from "./time-window.ts";
import { isKnownZone } from "./time-zone.ts";

/**
 * The first moment from this one on at which none of those who are asked has quiet hours (Unix ms); null where there is none
 * before `lastMs`. A time zone that this machine does not know keeps nobody quiet.
 */
export function afterQuietHours(
  { requirements }: Pick<ApprovalRequirement, "requirements">,
  fromMs: number,
  lastMs: number,
): number | null {
  const windows = requirements
    .flatMap(({ quietHours = [] }) => quietHours)
    .filter(canTell)
    .map(windowOf);
  for (let at = fromMs; at < lastMs; ) {
    const quiet = windows.find((window) => isWithin(window, at));
    if (quiet === undefined) return at;
    at = lastEndOf(quiet, at) ?? lastMs;
  }
  return null;
}

const canTell = ({ timezone }: QuietHours): boolean => isKnownZone(timezone);

const windowOf = (hours: QuietHours) => ({ ...hours, from: null, until: null });
