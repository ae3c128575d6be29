import { useEffect, useState } from "preact/hooks";
import { TROUBLES } from "../../../../shared/request/trouble.ts";
import { KINDS } from "../../../../shared/view/timeline.ts";
import { useId } from "../hooks.ts";
import type { Filters as Asked } from "../route.ts";

interface Props {
  /** Those of the search, in their order on the screen. */
  readonly names: readonly string[];
  readonly filters: Asked;
  /** The address of the list with these. */
  readonly hashOf: (filters: Asked) => string;
}

interface Field {
  readonly label: string;
  readonly type?: "date";
  readonly options?: readonly string[];
  /** What is meant where none is chosen. */
  readonly unset?: string;
}

const FIELDS: Readonly<Record<string, Field>> = {
  cluster: { label: "Cluster" },
  consumer: { label: "Consumer's subscription, by id" },
  endpoint: { label: "Private endpoint" },
  person: { label: "Person, by object id or full name" },
  rule: { label: "Rule" },
  from: { label: "From", type: "date" },
  to: { label: "Until", type: "date" },
  outcome: {
    label: "Outcome",
    options: ["approved", "rejected", "expired", "superseded", "refused", "failed"],
  },
  request: { label: "Request, by id" },
  kind: { label: "Kind of record", options: KINDS },
  trouble: { label: "Trouble", options: TROUBLES },
  state: { label: "State", options: ["applying", "deferred", "assessing"], unset: "closed" },
};

/** The search's filters; what is asked for stands in the address, so that it can be sent to somebody. */
export function Filters({ names, filters, hashOf }: Props) {
  const [asked, setAsked] = useState<Asked>(filters);
  const key = JSON.stringify(filters);
  // The address may be changed by other means; the field that has the focus keeps it.
  useEffect(() => setAsked(filters), [key]);
  const write = (name: string, text: string) => setAsked((had) => ({ ...had, [name]: text }));
  const others = names.filter((name) => name !== "q");
  const used = others.filter((name) => (filters[name] ?? "") !== "").length;
  return (
    <search>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          location.hash = hashOf(asked);
        }}
      >
        {names.includes("q") && (
          <div class="line">
            <input
              type="search"
              aria-label="Words in names of clusters and endpoints"
              placeholder="Words in names"
              value={asked.q ?? ""}
              onInput={(event) => write("q", event.currentTarget.value)}
            />
            <button type="submit">Search</button>
          </div>
        )}
        <details open={used > 0}>
          <summary>{used > 0 ? `Filters (${used})` : "Filters"}</summary>
          <div class="fields">
            {others.map((name) => (
              <FilterField
                key={name}
                name={name}
                value={asked[name] ?? ""}
                onWrite={(text) => write(name, text)}
              />
            ))}
          </div>
          <div class="buttons">
            <a href={hashOf({})}>Clear all filters</a>
            <button type="submit">Apply</button>
          </div>
        </details>
      </form>
    </search>
  );
}

interface FieldProps {
  readonly name: string;
  readonly value: string;
  readonly onWrite: (text: string) => void;
}

function FilterField({ name, value, onWrite }: FieldProps) {
  const id = useId();
  const { label, type = "text", options, unset = "any" } = FIELDS[name] ?? { label: name };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {options === undefined ? (
        <input id={id} type={type} value={value} onInput={(event) => onWrite(event.currentTarget.value)} />
      ) : (
        <select id={id} value={value} onChange={(event) => onWrite(event.currentTarget.value)}>
          <option value="">{unset}</option>
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
