import { useRef } from "preact/hooks";
import { RequestView } from "../request/request-view.tsx";
import { type Route, routeOf } from "../route.ts";
import { ListPane } from "./list-pane.tsx";

type ListRoute = Extract<Route, { view: "list" }>;
type Props = { readonly route: Extract<Route, { view: "list" | "request" }>; readonly areKeysOn: boolean };

const FIRST = routeOf("") as ListRoute;

/** The list, and beside it the request that is open; where there is no room for both, the request covers the list. */
export function Requests({ route, areKeysOn }: Props) {
  const last = useRef<ListRoute>(FIRST);
  if (route.view === "list") last.current = route;
  const open = route.view === "request" ? route : null;
  return (
    <div class={open === null ? "requests" : "requests open"}>
      <ListPane
        tab={last.current.tab}
        filters={last.current.filters}
        openId={open?.id ?? null}
        areKeysOn={areKeysOn}
      />
      {open !== null && <RequestView key={open.id} id={open.id} asked={open.asked} back={last.current} />}
    </div>
  );
}
