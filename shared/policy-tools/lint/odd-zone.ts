import { conditionsOf } from "./conditions.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";

/** Time zones that are another than their names say, and those that know no summer time though their places do. */
export const oddZone: Warning = (file) =>
  conditionsOf(file).flatMap((condition): Finding[] => {
    const { matcher } = condition;
    const zone = matcher.kind === "time" ? (matcher.window.timezone ?? "") : "";
    const fault = faultOf(zone);
    return fault === null ? [] : [findingAt(condition, `${condition.field.name}: ${fault}`, file)];
  });

const PLACE = "name a place instead, like Europe/Oslo";

function faultOf(zone: string): string | null {
  const [, sign, hours = "0"] = /^etc\/gmt([+-])(\d{1,2})$/i.exec(zone) ?? [];
  if (sign !== undefined && Number(hours) > 0) {
    const [direction, other] = sign === "+" ? ["behind", "-"] : ["ahead of", "+"];
    return `${zone} is ${Number(hours)}h ${direction} UTC, and the other way round is Etc/GMT${other}${Number(hours)}; ${PLACE}`;
  }
  return /^(?:est|mst|hst)$/i.test(zone) ? `${zone} knows no summer time; ${PLACE}` : null;
}
