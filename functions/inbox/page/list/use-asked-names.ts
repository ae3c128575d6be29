import { useEffect, useState } from "preact/hooks";
import type { ListedRequest } from "../../../../shared/search/summaries.ts";
import { type RequestDetail, requestPath } from "../api.ts";
import { useInbox } from "../inbox.ts";

/** Each is a reading that is kept on record, so no more than are needed for a sentence. */
const MOST = 5;

/** Whom some requests are put to, by their names in the policy; a list does not say. Of many only the first are read, and "others" stands for the rest. */
export function useAskedNames(requests: readonly Pick<ListedRequest, "id">[]): readonly string[] {
  const { client } = useInbox();
  const [names, setNames] = useState<readonly string[]>([]);
  const ids = requests.slice(0, MOST).map(({ id }) => id);
  useEffect(() => {
    let isWanted = true;
    void Promise.all(ids.map((id) => client.get<RequestDetail>(requestPath(id)))).then((replies) => {
      const found = replies.flatMap((reply) =>
        reply.ok
          ? (reply.value.ask?.requirement.requirements ?? []).flatMap(({ approvers }) => approvers)
          : [],
      );
      const rest = requests.length > MOST ? ["others"] : [];
      if (isWanted) setNames([...new Set(found)].toSorted().concat(rest));
    });
    return () => {
      isWanted = false;
    };
  }, [client, ids.join(" ")]);
  return names;
}
