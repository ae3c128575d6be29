import { FALLBACK_CHANNEL, type QuietHours, type Requirement } from "../verdict.ts";

/** How those are told who are asked: by which channels, and when they are not reminded. */
export type Telling = Pick<Requirement, "notify" | "quietHours">;

/** All channels and all quiet hours of these together; whoever has no channel hears by the fallback. */
export function toldTogether(parts: readonly Telling[]): Telling {
  const isNamed = parts.some(({ notify }) => notify !== undefined);
  const channels = [...new Set(parts.flatMap(({ notify = [FALLBACK_CHANNEL] }) => notify))];
  const hours = different(parts.flatMap(({ quietHours = [] }) => quietHours));
  return {
    ...(isNamed && { notify: channels }),
    ...(hours.length > 0 && { quietHours: hours }),
  };
}

const different = (hours: readonly QuietHours[]): QuietHours[] => [
  ...new Map(hours.map((each) => [JSON.stringify(each), each])).values(),
];

/** The same demand without how its people are told: what is asked of whom does not depend on that. */
export const withoutTelling = ({
  notify: _by,
  quietHours: _not,
  escalation,
  ...demand
}: Requirement): Requirement => ({
  ...demand,
  escalation: escalation && {
    approvers: escalation.approvers,
    groups: escalation.groups,
    afterMs: escalation.afterMs,
  },
});
