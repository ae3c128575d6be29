import { DEMO_DIRECTORY, userPrincipalName } from "../entra/directory.ts";
import type { Creator } from "./control.ts";

/** A person of the local directory by name or sign-in name, as Azure knows that person; anybody else as it is written. */
export function creatorNamed(who: string): Creator {
  const wanted = who.toLowerCase();
  const person = DEMO_DIRECTORY.people.find(
    (one) => one.name === wanted || userPrincipalName(one) === wanted,
  );
  return person === undefined ? { by: who } : { by: userPrincipalName(person), objectId: person.oid };
}
