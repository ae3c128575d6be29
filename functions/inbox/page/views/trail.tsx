import { allShown } from "../../../../shared/view/shown.ts";
import { requestPath, type Trail } from "../api.ts";
import { useNow, useRead } from "../hooks.ts";
import { Steps } from "../request/timeline.tsx";
import { requestHash } from "../route.ts";
import { Reading } from "../shell/stale.tsx";
import { searchHash } from "./audit-search.ts";
import { Files } from "./files.tsx";
import { Heading } from "./heading.tsx";

/** The trail of one request, each record with who did it and as it was recorded. */
export function TrailView({ id, isAuditor }: { readonly id: string; readonly isAuditor: boolean }) {
  const now = useNow();
  const trail = useRead<Trail>(requestPath(id, "/audit"));
  return (
    <div class="page">
      <Heading>Audit trail</Heading>
      <p class="buttons">
        <a href={requestHash(id)}>The request</a>
        {isAuditor && <a href={searchHash({ of: "accesses", filters: { request: id } })}>Who looked at it</a>}
      </p>
      <Reading refusal={trail?.ok === false ? trail.refusal : null} isRead={trail?.ok ?? false} />
      {trail?.ok && (
        <>
          <Files search={{ of: "records", filters: { request: id } }} />
          <Steps
            trail={trail.value}
            now={now}
            more={(record, { who, seq }) => (
              <details>
                <summary>
                  Record {seq}, by {who}
                </summary>
                {record.kind === "assessed" && <pre>{allShown(record.explanation).join("\n")}</pre>}
                <pre>{JSON.stringify(allShown(record), null, 2)}</pre>
              </details>
            )}
          />
        </>
      )}
    </div>
  );
}
