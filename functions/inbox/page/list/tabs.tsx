import { listHash, TABS, type Tab } from "../route.ts";

/** The lists; each has an address of its own. */
export const Tabs = ({
  tab,
  names,
}: {
  readonly tab: Tab;
  readonly names: Readonly<Record<Tab, string>>;
}) => (
  <nav class="tabs" aria-label="Lists">
    {TABS.map((one) => (
      <a key={one} href={listHash(one)} aria-current={one === tab ? "page" : undefined}>
        {names[one]}
      </a>
    ))}
  </nav>
);
