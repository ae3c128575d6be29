import { atLeast } from "../overview-words.ts";
import { lengthOf, scaleTo } from "./bars.ts";

interface Bar {
  readonly name: string;
  readonly count: number;
  /** Where there is more to be seen. */
  readonly href?: string;
}

/** A table whose numbers have bars: the picture is in the table, so that both always say the same. */
export function Bars({ bars, isExact }: { readonly bars: readonly Bar[]; readonly isExact: boolean }) {
  const scale = scaleTo(bars.map(({ count }) => count));
  return (
    <table class="bars">
      <tbody>
        {bars.map(({ name, count, href }) => (
          <tr key={href ?? name}>
            <th scope="row">{href === undefined ? name : <a href={href}>{name}</a>}</th>
            <td>
              <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                <rect width={lengthOf(count, scale)} height="1" />
              </svg>
              {atLeast(count, isExact)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
