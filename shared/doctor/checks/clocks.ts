import { ask } from "../ask.ts";
import type { Deployment } from "../deployment.ts";
import { type Finding, findings } from "../finding.ts";
import { known } from "../given.ts";

/** So much the app itself forgives, where it looks at the times of a token. */
const TOLERATED_MS = 60_000;
/** Nobody sets a clock so badly by accident, and the header has whole seconds. */
const NOTICED_MS = 5_000;

/** Whether this machine, Azure and the app agree on the time. */
export async function checkClocks({ url, given }: Deployment): Promise<readonly Finding[]> {
  const { armEndpoint } = known(given);
  // Who is not signed in is refused, at a time.
  const places = [
    { looked: "Azure's clock", at: armEndpoint && `${armEndpoint}/subscriptions?api-version=2022-12-01` },
    { looked: "the app's clock", at: url && `${url}/api/health` },
  ];
  const found = places.map(({ looked, at }) => (at ? compare(looked, at) : null));
  return (await Promise.all(found)).filter((finding) => finding !== null);
}

async function compare(looked: string, at: string): Promise<Finding> {
  const { ok, warning, fault, unknown } = findings("clocks", looked);
  const answer = await ask(at);
  if (answer.kind === "silence") return unknown(answer.because, `Compare the address: ${new URL(at).origin}`);
  const { aheadMs } = answer;
  if (aheadMs === null) return unknown("It does not tell its time.", `curl -sI ${new URL(at).origin}`);
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  const says = `It is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} this machine's.`;
  const next =
    "timedatectl set-ntp true, on the machine whose clock is wrong; tokens and links expire by it.";
  if (Math.abs(aheadMs) > TOLERATED_MS) return fault(says, next);
  return Math.abs(aheadMs) > NOTICED_MS ? warning(says, next) : ok("It agrees with this machine's.");
}
