import { useState } from "preact/hooks";
import { useInbox } from "../inbox.ts";
import type { Refusal } from "../reply.ts";
import { Stale } from "../shell/stale.tsx";
import { filesOf, type Search, searchPath } from "./audit-search.ts";

/** Everything that a search finds, as files. */
export function Files({ search }: { readonly search: Search }) {
  const { client, me, announcement } = useInbox();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const save = async (ending: string, type: string) => {
    setBusy(true);
    const reply = await client.file(searchPath(search), type);
    setBusy(false);
    setRefusal(reply.ok ? null : reply.refusal);
    if (!reply.ok) return;
    saveAs(`${search.of}.${ending}`, reply.value);
    announcement.set("Saved.");
  };
  const files = Object.entries(filesOf(search.of, me.roles));
  if (files.length === 0) return null;
  return (
    <>
      <div class="buttons">
        {files.map(([ending, type]) => (
          <button key={ending} type="button" disabled={isBusy} onClick={() => void save(ending, type)}>
            Save all as {ending}
          </button>
        ))}
      </div>
      <Stale refusal={refusal} isOld={false} />
    </>
  );
}

/** The browser's own way to save what a page has: a link to it. */
function saveAs(name: string, file: Blob): void {
  const href = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  // Once the click has begun the download, which reads what it needs.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
