import type { Route } from "../route.ts";
import { Brand } from "./brand.tsx";

interface Props {
  readonly view: Route["view"];
  /** Of who is signed in; empty until it is known. */
  readonly name: string;
  readonly onHelp: () => void;
  readonly onSignOut: () => void;
}

const VIEWS = [
  { view: "list", hash: "#/", name: "Requests" },
  { view: "audit", hash: "#/audit", name: "Audit" },
  { view: "policy", hash: "#/policy", name: "Policy" },
  { view: "overview", hash: "#/overview", name: "Overview" },
] as const;

export function TopBar({ view, name, onHelp, onSignOut }: Props) {
  return (
    <header class="top">
      <Brand />
      <nav class="tabs" aria-label="Views">
        {VIEWS.map((one) => (
          <a key={one.view} href={one.hash} aria-current={one.view === view ? "page" : undefined}>
            {one.name}
          </a>
        ))}
      </nav>
      <div class="who">
        <span class="name">{name}</span>
        <button type="button" class="subtle help" onClick={onHelp} aria-label="Keys">
          ?
        </button>
        <button type="button" class="subtle" title={name} onClick={onSignOut}>
          Sign out
        </button>
      </div>
    </header>
  );
}
