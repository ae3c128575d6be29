import { redacted } from "../../shared/request/redacted.ts";
import type { Caller } from "./sign-in.ts";

/**
 * Sign-in names and tags are for auditors. Everybody else sees that something was there, never what. Object ids and
 * display names stay: they are who decided.
 */
export const seesAll = ({ roles }: Pick<Caller, "roles">): boolean => roles.includes("Auditor");

/** A reply about requests, records or figures, as this caller may see it. */
export const shownTo = <T>(caller: Pick<Caller, "roles">, reply: T): T =>
  seesAll(caller) ? reply : redacted(reply);
