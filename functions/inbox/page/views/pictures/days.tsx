import type { DayFigures } from "../../../../../shared/search/days.ts";
import { WHO } from "../overview-words.ts";
import { columnsOf, scaleTo } from "./bars.ts";

const WIDTH = 310;
const HEIGHT = 100;

/** Columns of days, filled for policy and on them outlined for others; the figures behind them stand in a table. */
export function Days({ days }: { readonly days: readonly DayFigures[] }) {
  const stacks = days.map((day) => WHO.map((who) => day[who]));
  const scale = scaleTo(stacks.map((stack) => stack.reduce((sum, count) => sum + count)));
  return (
    <>
      <div class="days" aria-hidden="true">
        <span>{scale}</span>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="presentation">
          {columnsOf(stacks, { width: WIDTH, height: HEIGHT, scale }).map(({ x, width, parts }) =>
            parts.map(
              ({ y, height }, part) =>
                height > 0 && (
                  <rect key={`${x} ${part}`} class={WHO[part]} x={x} y={y} width={width} height={height} />
                ),
            ),
          )}
          <path d={`M0 0H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
        </svg>
        <span>{days[0]?.day}</span>
        <span>{days.at(-1)?.day}</span>
        {WHO.map((who) => (
          <span key={who}>
            <svg viewBox="0 0 14 14" role="presentation" class="key">
              <rect class={who} width="14" height="14" />
            </svg>{" "}
            by {who}
          </span>
        ))}
      </div>
      <details>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              {WHO.map((who) => (
                <th key={who} scope="col">
                  By {who}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map((of) => (
              <tr key={of.day}>
                <th scope="row">{of.day}</th>
                {WHO.map((who) => (
                  <td key={who}>{of[who]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
