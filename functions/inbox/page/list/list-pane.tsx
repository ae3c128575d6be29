import { useRef, useState } from "preact/hooks";
import type { ListedRequest } from "../../../../shared/search/summaries.ts";
import { rowOf } from "../../../../shared/view/index.ts";
import { useNow, useTitle } from "../hooks.ts";
import { type Filters as Asked, DECIDED_FILTERS, LIST_FILTERS, listHash, type Tab } from "../route.ts";
import { Reading } from "../shell/stale.tsx";
import { ApproveTogether } from "../together/approve-together.tsx";
import { MAX_TOGETHER, obstaclesTo, obstacleTo } from "../together/together.ts";
import { Empty } from "./empty.tsx";
import { Filters } from "./filters.tsx";
import { Row } from "./row.tsx";
import { Tabs } from "./tabs.tsx";
import { useFocusBack } from "./use-focus-back.ts";
import { useFound } from "./use-found.ts";
import { useList } from "./use-list.ts";
import { useRowKeys } from "./use-row-keys.ts";

interface Props {
  readonly tab: Tab;
  readonly filters: Asked;
  /** Of the request that is open; null where none is. */
  readonly openId: string | null;
  readonly areKeysOn: boolean;
}

const NAMES = { mine: "Waiting for me", others: "Waiting for others", decided: "Decided" } as const;

/** One of the lists, with what it is searched by. */
export function ListPane({ tab, filters, openId, areKeysOn }: Props) {
  const pane = useRef<HTMLElement>(null);
  const list = useList(tab, filters);
  useRowKeys(pane, areKeysOn);
  useFocusBack(pane, openId);
  useFound(JSON.stringify(filters), list.count);
  useTitle(openId === null ? `${NAMES[tab]}${list.count === null ? "" : ` (${list.count})`}` : null);
  return (
    <section class="list-pane" ref={pane} aria-label="Requests">
      <h1>{NAMES[tab]}</h1>
      <Tabs tab={tab} names={NAMES} />
      <Filters
        key={tab}
        names={tab === "decided" ? [...LIST_FILTERS, ...DECIDED_FILTERS] : LIST_FILTERS}
        filters={filters}
        hashOf={(asked) => listHash(tab, asked)}
      />
      <Reading refusal={list.refusal} isRead={list.requests !== null} />
      {list.requests?.length === 0 && <Empty tab={tab} filters={filters} hint={list.hint} />}
      {list.requests !== null && list.requests.length > 0 && (
        <Rows key={tab} requests={list.requests} isChoosable={tab === "mine"} openId={openId} />
      )}
      {list.more !== null && (
        <button type="button" class="more" disabled={list.isLoadingMore} onClick={list.more}>
          {list.isLoadingMore ? "Loading …" : "Show more"}
        </button>
      )}
    </section>
  );
}

interface RowsProps {
  readonly requests: readonly ListedRequest[];
  readonly isChoosable: boolean;
  readonly openId: string | null;
}

/** The rows, and which of them are chosen to be approved together. */
function Rows({ requests, isChoosable, openId }: RowsProps) {
  const now = useNow();
  const [ids, setIds] = useState<readonly string[]>([]);
  const [isDeciding, setDeciding] = useState(false);
  const chosen = requests.filter(({ id }) => ids.includes(id));
  const toggle = (id: string) =>
    setIds((had) => (had.includes(id) ? had.filter((one) => one !== id) : [...had, id]));
  return (
    <>
      <ul class="rows">
        {requests.map((listed) => (
          <Row
            key={listed.id}
            row={rowOf(listed, now)}
            isOpen={listed.id === openId}
            choice={
              isChoosable
                ? {
                    isChosen: ids.includes(listed.id),
                    obstacle: obstacleTo(listed, chosen),
                    toggle: () => toggle(listed.id),
                  }
                : null
            }
          />
        ))}
      </ul>
      {chosen.length > 0 && (
        <div class="bar">
          <span>
            {chosen.length} of at most {MAX_TOGETHER} chosen. {obstaclesTo(requests, chosen)}
          </span>
          <button type="button" onClick={() => setIds([])}>
            Choose none
          </button>
          {chosen.length > 1 && (
            <button type="button" class="primary" onClick={() => setDeciding(true)}>
              Approve together …
            </button>
          )}
        </div>
      )}
      {isDeciding && (
        <ApproveTogether
          ids={chosen.map(({ id }) => id)}
          onClose={() => {
            setDeciding(false);
            setIds([]);
          }}
        />
      )}
    </>
  );
}
