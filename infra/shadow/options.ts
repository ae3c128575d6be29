import * as z from "zod";
import { UsageError } from "../local/kit/errors.ts";

/** `--help`. */
export const HELP = `Shows what the policy would do with the connections that wait in Azure now, and changes nothing there.

Usage: npm run shadow -- --subscription ID [options]

  --subscription ID  whose clusters are looked at; may be given several times, for subscriptions of one tenant
  --policy FILE      the policy that is tried (default: policy.yaml); an edit takes effect within seconds
  --port N           port of the app (default 7071; 0 = any free one)
  --data DIR         where everything is kept (default .shadow/); the next start continues from there
  --once             prints the table and ends; else the inbox stays open until Ctrl-C
  --json             prints what was found as JSON, and ends
  --verbose          say more
  --help             this text

It needs az, signed in with the right to read: clusters and their private endpoint connections, and of consumers'
subscriptions what your policy asks about. The app runs on this machine, and gets no token of yours: what it asks of
Azure goes through a gateway that knows yours and lets only GET and the query of Resource Graph through. Its policy is in
mode shadow, so nobody is asked or told. Whoever uses this machine can open its inbox.
Environment: ARM_ENDPOINT and ARM_AUDIENCE of another cloud (default: https://management.azure.com).
Exit code 1: something could not be looked at.`;

/** In the form that `parseArgs` wants. */
export const OPTIONS = {
  subscription: { type: "string", multiple: true },
  policy: { type: "string", default: "policy.yaml" },
  port: { type: "string", default: "7071" },
  data: { type: "string", default: ".shadow" },
  once: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  verbose: { type: "boolean", default: false },
} as const;

/** The subscriptions, the first of which says whose tenant it is. @throws UsageError */
export function parseSubscriptions(given: readonly string[] = []): readonly [string, ...string[]] {
  const [first, ...others] = given.map((text) => {
    const id = z.guid().toLowerCase().safeParse(text);
    if (id.success) return id.data;
    throw new UsageError(`--subscription must be the id of a subscription, a GUID, not "${text}".`);
  });
  if (first === undefined) throw new UsageError("--subscription is missing.");
  return [first, ...others];
}
