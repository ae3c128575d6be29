import { formatDuration } from "../duration.ts";
import type { Ask, Outcome } from "../policy.ts";
import { quote } from "../text.ts";
import type { Requirement } from "../verdict.ts";
import {
  complain,
  describe,
  firstKey,
  isText,
  type Keys,
  type Reading,
  readDurationMs,
  readList,
  readMapping,
  readSentence,
  readText,
  readWord,
} from "./reader.ts";
import type { Report } from "./report.ts";
import type { Tree } from "./tree.ts";

const ON_TIMEOUT = ["expire", "reject"] as const;
const DEFAULT_TIMEOUT_MS = 24 * 3_600_000;
const MAX_QUORUM = 100;

/** What a rule leads to: `approve`, `{ reject: … }` or `{ ask: … }`. */
export function readOutcome(tree: Tree, path: string, reading: Reading): Outcome {
  if (tree.kind === "scalar" && tree.value === "approve") return { kind: "approve" };
  return readRejectOrAsk(tree, path, "expected approve, or a mapping with one of: reject, ask", reading);
}

/** What happens when no rule matched. Never `approve`: a policy that forgot a case would be open. */
export function readDefault(
  tree: Tree,
  path: string,
  reading: Reading,
): Exclude<Outcome, { kind: "approve" }> {
  const expected = "expected a mapping with one of: reject, ask (what no rule speaks of is never approved)";
  return readRejectOrAsk(tree, path, expected, reading);
}

/** A mapping with one key, `ask`. */
export function readOnlyAsk(tree: Tree, path: string, reading: Reading): Ask {
  const { ask } = readMapping(tree, path, { required: ["ask"], optional: [] }, reading.report);
  return readAsk(ask, `${path}.ask`, reading);
}

function readRejectOrAsk(tree: Tree, path: string, expected: string, reading: Reading) {
  if (tree.kind !== "map") {
    const hint = tree.kind === "scalar" && tree.value === "reject" ? "; a reject needs a reason" : "";
    complain(reading.report, tree, `${path}: ${expected}; found ${describe(tree)}${hint}`);
    return REFUSED;
  }

  const { reject, ask } = readMapping(
    tree,
    path,
    { required: [], optional: ["reject", "ask"] },
    reading.report,
  );
  if (reject !== undefined && ask !== undefined) {
    reading.report.add(firstKey(tree), `${path}: only one of: reject, ask can be used at a time`);
  }
  return reject === undefined
    ? ({ kind: "ask", ask: readAsk(ask, `${path}.ask`, reading) } as const)
    : ({ kind: "reject", reason: readReason(reject, `${path}.reject`, reading.report) } as const);
}

const REFUSED = { kind: "reject", reason: "" } as const;

function readReason(tree: Tree, path: string, report: Report): string {
  const { reason } = readMapping(tree, path, { required: ["reason"], optional: [] }, report);
  return reason === undefined ? "" : readSentence(reason, `${path}.reason`, report);
}

const ASK = {
  required: ["approvers"],
  optional: ["quorum", "timeout", "remindAfter", "onTimeout"],
} as const satisfies Keys<string>;

/** Reads nothing when `tree` is missing: the mapping that lacks it was reported. */
function readAsk(tree: Tree | undefined, path: string, reading: Reading): Ask {
  const { report } = reading;
  const fields = tree === undefined ? {} : readMapping(tree, path, ASK, report);
  const { approvers, quorum, timeout, remindAfter, onTimeout } = fields;

  const timeoutMs =
    timeout === undefined ? DEFAULT_TIMEOUT_MS : readDurationMs(timeout, `${path}.timeout`, report);
  const remindAfterMs =
    remindAfter === undefined ? null : readDurationMs(remindAfter, `${path}.remindAfter`, report);
  if (
    remindAfter !== undefined &&
    remindAfterMs !== null &&
    timeoutMs !== null &&
    remindAfterMs >= timeoutMs
  ) {
    report.add(
      remindAfter,
      `${path}.remindAfter: must be shorter than the timeout (${formatDuration(timeoutMs)})`,
    );
  }
  return {
    requirement: {
      ...readApproverNames(approvers, `${path}.approvers`, reading),
      quorum: quorum === undefined ? 1 : readQuorum(quorum, `${path}.quorum`, report),
    },
    timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    remindAfterMs,
    onTimeout:
      onTimeout === undefined ? "expire" : readWord(onTimeout, `${path}.onTimeout`, ON_TIMEOUT, report),
  };
}

function readApproverNames(
  tree: Tree | undefined,
  path: string,
  reading: Reading,
): Omit<Requirement, "quorum"> {
  const names = new Set<string>();
  for (const item of tree === undefined ? [] : readList(tree, path, reading.report)) {
    const name = readText(item, `${path}[]`, reading.report);
    if (names.has(name)) reading.report.add(item, `${path}: ${quote(name)} is already in this list`);
    else if (!reading.approvers.has(name) && isText(item)) {
      const message = `approvers ${quote(name, 60)} are not defined under approvers`;
      reading.report.addUnknown(item, message, name, reading.approvers.keys());
    }
    names.add(name);
  }
  const approvers = [...names];
  return { approvers, groups: [...new Set(approvers.flatMap((name) => reading.approvers.get(name) ?? []))] };
}

function readQuorum(tree: Tree, path: string, report: Report): number {
  const value = tree.kind === "scalar" ? tree.value : undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_QUORUM) return value;
  complain(report, tree, `${path}: must be a whole number from 1 to ${MAX_QUORUM}`);
  return 1;
}
