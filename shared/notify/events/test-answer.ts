import { TimeLimitError } from "../../time-limit.ts";
import type { Tried } from "../trial.ts";
import { AddressError, type WebhookAnswer } from "./post.ts";

/** What a receiver's answer to a test means. Only its status is looked at. */
export function answeredTest(
  { status }: WebhookAnswer,
  { name, isGone }: { readonly name: string; readonly isGone: boolean },
): Tried {
  if (status < 200 || status > 299)
    return { result: "refused", sentence: `It answered ${status}${adviceOn(status, name)}` };
  return isGone
    ? {
        result: "refused",
        sentence: `It answered ${status}, and 410 before: it gets no events until the app starts anew. Restart the app.`,
      }
    : { result: "accepted", sentence: `It answered ${status}: it took the test, signed as events are.` };
}

function adviceOn(status: number, name: string): string {
  const { url, keys } = settingsOf(name);
  if (status >= 300 && status <= 399)
    return `, and redirections are not followed. Set ${url} to where it leads.`;
  switch (status) {
    case 400:
    case 401:
    case 403:
      return `: it does not take what it gets. Compare the keys that it knows with ${keys}, and its clock with the time.`;
    case 404:
    case 405:
      return `: nothing takes events there. Compare ${url} with the receiver's address.`;
    case 410:
      return `: it wants nothing any more. Take ${url} away, or have the receiver put right; then restart the app.`;
    case 429:
      return ": it has too much to do. Try again in some minutes.";
    default:
      return ". Look into the receiver's own log, then try again.";
  }
}

/** Why no answer came, by what kind of failure it was: a message of TLS or of a parser may hold what the receiver wrote. */
export function unansweredTest(error: unknown, name: string): Tried {
  const { url } = settingsOf(name);
  return {
    result: "refused",
    sentence: `${whyOf(error)} Compare ${url} with the receiver's address, then try again.`,
  };
}

function whyOf(error: unknown): string {
  if (error instanceof AddressError) return `Nothing was sent: ${error.message}.`;
  if (error instanceof TimeLimitError) return "It did not answer in time.";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "Its name leads nowhere.";
  if (code === "ECONNREFUSED") return "Nobody listens there.";
  if (/CERT|TLS|SSL|SIGNATURE/.test(code))
    return `Its certificate or its TLS is not sound (${shortOf(code)}).`;
  return `No answer came (${shortOf(code)}).`;
}

/** Codes are words of Node and OpenSSL. */
const shortOf = (code: string): string => (/^\w{1,60}$/.test(code) ? code : "no code");

/** What the settings of a channel are called: `webhook-tickets` is `WEBHOOK_URL_TICKETS`. */
function settingsOf(name: string): { readonly url: string; readonly keys: string } {
  const its = name
    .replace(/^webhook-/, "")
    .toUpperCase()
    .replaceAll("-", "_");
  return { url: `WEBHOOK_URL_${its}`, keys: `WEBHOOK_KEYS_${its}` };
}
