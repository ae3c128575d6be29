import { inUtc } from "../../../../shared/text.ts";
import type { Moment } from "../../../../shared/view/row.ts";

interface Props {
  readonly moment: Moment;
  /** Whether the local time stands beside how far it is. */
  readonly isLong?: boolean;
}

const LOCAL = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});

/** A moment: how far it is, its local time with the zone beside that or on hover, and UTC on hover. */
export function When({ moment: { at, relative }, isLong = false }: Props) {
  const local = LOCAL.format(new Date(at));
  return (
    <time dateTime={at} title={`${local}, ${inUtc(at)}`}>
      {isLong ? `${relative} · ${local}` : relative}
    </time>
  );
}
