import { MAX_REASON_CHARACTERS } from "../approval/review.ts";
import { type Command, parse, UsageError } from "../policy-tools/cli/command.ts";
import type { DecisionKind } from "../request/terms.ts";
import { hasVisible } from "../text.ts";
import type { Screen } from "../view/index.ts";
import { act, type Deed } from "./act.ts";
import { PLACE, PLACE_HELP } from "./place.ts";
import { No } from "./problems.ts";
import type { Terminal } from "./terminal.ts";

const WAITING = { "no-wait": { type: "boolean" } } as const;
const REASON = { reason: { type: "string" } } as const;
const YES = { yes: { type: "boolean", short: "y" } } as const;

const ID_HELP = "  ID                      of the request, or its beginning";
const NO_WAIT_HELP = "  --no-wait               do not wait until Azure shows it";
const LATER = "3 recorded, and\nAzure has not answered within five minutes: the app goes on by itself.";
const YES_HELP = "  --yes, -y               do not ask, once it is shown";

/** The number of what the person has seen. @throws No where nobody is asked */
function askedOn({ sections, status }: Screen): number {
  if (sections.asked === null) throw new No(`It does not wait for people. ${status.sentence}`);
  return sections.asked.seq;
}

function reasonOf(reason: string | undefined): string {
  const words = (reason ?? "").trim();
  if (words.length > MAX_REASON_CHARACTERS)
    throw new UsageError(`--reason takes at most ${MAX_REASON_CHARACTERS} characters.`);
  return words;
}

const has =
  (review: DecisionKind): Deed["isDone"] =>
  ({ viewer }) =>
    viewer?.review?.review === review;

/** `approvals approve`. */
export const approveOn = (terminal: Terminal): Command => ({
  help: `Shows a request, and approves it as one of those who are asked.

Usage: npm run approvals -- approve ID [options]

${ID_HELP}
  --reason TEXT           why, for the trail and for Azure; the policy may demand it
${YES_HELP}
${NO_WAIT_HELP}
${PLACE_HELP}

Exit codes: 0 approved, or your review counts and others are waited for; 1 refused, or it came otherwise; 2 wrong usage,
or no answer; ${LATER}
`,
  run: async (args) => {
    const { values, positionals } = parse(args, { ...PLACE, ...WAITING, ...YES, ...REASON });
    const reason = reasonOf(values.reason);
    const deed: Deed = {
      name: "approve",
      path: "reviews",
      bodyOf: (screen) => {
        if (screen.sections.asked?.isReasonRequired && !hasVisible(reason))
          throw new UsageError("Say why with --reason: the policy demands it here.");
        return { review: "approve", reason, asked: askedOn(screen) };
      },
      question: ({ title }) => `Approve ${title}?`,
      isDone: has("approve"),
      doneCode: "alreadyReviewed",
      goal: "approved",
    };
    return act(deed, { values, positionals, terminal });
  },
});

/** `approvals reject`. */
export const rejectOn = (terminal: Terminal): Command => ({
  help: `Shows a request, and rejects it for good: one rejection is enough.

Usage: npm run approvals -- reject ID --reason TEXT [options]

${ID_HELP}
  --reason TEXT           why, for the trail, for Azure and for the consumer
${YES_HELP}
${NO_WAIT_HELP}
${PLACE_HELP}

Exit codes: 0 rejected; 1 refused, or it came otherwise; 2 wrong usage, or no answer; ${LATER}
`,
  run: async (args) => {
    const { values, positionals } = parse(args, { ...PLACE, ...WAITING, ...YES, ...REASON });
    const reason = reasonOf(values.reason);
    if (!hasVisible(reason)) throw new UsageError("Say why with --reason: a rejection is for good.");
    const deed: Deed = {
      name: "reject",
      path: "reviews",
      bodyOf: (screen) => ({ review: "reject", reason, asked: askedOn(screen) }),
      question: ({ title }) => `Reject ${title} for good?`,
      isDone: ({ request, viewer }) =>
        viewer?.review?.review === "reject" || request.decision?.decision === "reject",
      doneCode: null,
      goal: "rejected",
    };
    return act(deed, { values, positionals, terminal });
  },
});

/** `approvals withdraw`. */
export const withdrawOn = (terminal: Terminal): Command => ({
  help: `Takes your review of a request back, as long as nothing is decided.

Usage: npm run approvals -- withdraw ID [options]

${ID_HELP}
  --reason TEXT           why, for the trail
${PLACE_HELP}
`,
  run: async (args) => {
    const { values, positionals } = parse(args, { ...PLACE, ...REASON });
    const reason = reasonOf(values.reason);
    const deed: Deed = {
      ...reversible("withdraw", "reviews"),
      bodyOf: (screen) => ({ review: "withdraw", reason, asked: askedOn(screen) }),
      isDone: ({ viewer }) => viewer !== null && viewer.review === null,
    };
    return act(deed, { values, positionals, terminal });
  },
});

const reversible = (name: Deed["name"], path: Deed["path"]) =>
  ({ name, path, bodyOf: () => ({}), question: null, doneCode: null, goal: null }) as const;

/** `approvals retry`. */
export const retryOn = (terminal: Terminal): Command =>
  again(
    terminal,
    "retry",
    "Has the app try again at once what failed.",
    ({ request }) => request.state !== "closed",
  );

/** `approvals reopen`. */
export const reopenOn = (terminal: Terminal): Command =>
  again(
    terminal,
    "reopen",
    "Asks again about a request that expired.",
    ({ request }) => request.state !== "closed",
  );

const again = (
  terminal: Terminal,
  name: "retry" | "reopen",
  what: string,
  isDone: Deed["isDone"],
): Command => ({
  help: `${what}

Usage: npm run approvals -- ${name} ID [options]

${ID_HELP}
${NO_WAIT_HELP}
${PLACE_HELP}

Exit codes: 0 done; 1 refused, or it failed again; 2 wrong usage, or no answer; ${LATER}
`,
  run: async (args) => {
    const { values, positionals } = parse(args, { ...PLACE, ...WAITING });
    return act({ ...reversible(name, name), isDone }, { values, positionals, terminal });
  },
});
