import { claimsInEvents } from "./events.ts";
import { isUuid } from "./ids.ts";

interface NamedCreator {
  readonly by: string;
  readonly objectId?: string;
}

/** The claims of a creator that the control interface names: a person with an object id, an app's id, or only a name. */
export function claimsOf({ by, objectId }: NamedCreator, tid: string): Readonly<Record<string, string>> {
  if (objectId === undefined && isUuid(by)) return claimsInEvents({ tid, appid: by, idtyp: "app" });
  const person = objectId === undefined ? {} : { oid: objectId };
  return claimsInEvents({ ...person, tid, upn: by, scp: "user_impersonation" });
}
