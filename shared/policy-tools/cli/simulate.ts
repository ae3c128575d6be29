import { explain, type FactName, type Facts, factsUsed, type Policy } from "../../policy/index.ts";
import { type Comparison, compare } from "../simulate/compare.ts";
import { forMachines, renderMarkdown, renderText } from "../simulate/render.ts";
import type { KnownRequest } from "../simulate/request.ts";
import type { Subject } from "../simulate/summary.ts";
import { type Command, type ExitCode, type Io, onlyFile, parse, toJson, UsageError } from "./command.ts";
import { loadOrReport } from "./policies.ts";
import { findStore, recordedRequests, requestsIn, storeIn, withAudit } from "./recorded.ts";

const HELP = `Tells what a policy would change, were it in force.

Usage: npm run policy -- simulate FILE --against WHAT [options]

  FILE                    the policy that is thought of
  --against audit         the requests on record, each with its facts as they were
  --against current       the connections that are Pending now; asks Azure, changes nothing
  --against REQUESTS      a file with one request as JSON on each line, in any form that \`explain\` takes
  --base POLICY           compares with what this policy says; else with what was decided at the time
  --store STORE           the audit store, as AUDIT_STORE names it; it is only read (default: AUDIT_STORE, or that of
                          the stack in --data)
  --data DIR              the folder of a stack on this machine, as for npm start (default: .local): its audit store, a
                          file also when it has stopped, and while it runs its clusters
  --all                   with audit: every assessment, not only the latest of each request
  --all-states            with current: connections of every status
  --fail-on-change        ends with 1 when something would be decided differently, or could not be told
  --json                  prints everything as JSON
  --markdown              prints a comment for a pull request

Decided differently is also who asks otherwise: each term of the question is compared, and the reason of a rejection.
For current, CLUSTER_SCOPES says where the clusters are, as for the app; signed in is the app's identity where there
is one, else whoever ran \`az login\`. Without TENANT_ID it is unknown which person asked. Exit code 1: a policy has errors, or see --fail-on-change.
`;

const OPTIONS = {
  against: { type: "string" },
  base: { type: "string" },
  store: { type: "string" },
  all: { type: "boolean", default: false },
  "all-states": { type: "boolean", default: false },
  "fail-on-change": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
} as const;

type Options = ReturnType<typeof parse<typeof OPTIONS>>["values"];

/** `policy simulate`. */
export const simulate: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values, positionals } = parse(args, OPTIONS);
    const file = onlyFile(positionals);
    if (values.json && values.markdown)
      throw new UsageError("--json and --markdown cannot be used together.");
    const policy = await loadOrReport(file, io);
    const base = values.base === undefined ? null : await loadOrReport(values.base, io);
    if (policy === null || (values.base !== undefined && base === null)) return 1;

    const found = await findRequests(values, [policy, base], io);
    if (found === null) return 2;
    const judges = { after: judge(policy), before: base === null ? null : judge(base) };
    const comparisons = found.requests.map((request) => compare(request, judges));
    // "There are none" is not what was seen when nothing could be looked at.
    if (comparisons.length > 0 || found.troubles.length === 0)
      io.out(print(comparisons, found.subject, values));
    io.err(found.troubles.map((trouble) => `${trouble}\n`).join(""));
    return found.troubles.length > 0 ? 2 : exitCode(comparisons, values["fail-on-change"]);
  },
};

const judge = (policy: Policy) => (facts: Facts) => explain(policy, facts);

const exitCode = (comparisons: readonly Comparison[], failOnChange: boolean): ExitCode =>
  failOnChange && comparisons.some(({ kind }) => kind === "different" || kind === "untold") ? 1 : 0;

function print(comparisons: readonly Comparison[], subject: Subject, { json, markdown }: Options): string {
  if (json) return toJson(forMachines(comparisons));
  return markdown ? renderMarkdown(comparisons, subject) : renderText(comparisons, subject);
}

interface Found {
  readonly requests: readonly KnownRequest[];
  readonly subject: Subject;
  /** What could not be looked at. */
  readonly troubles: readonly string[];
}

/** Null when what should be read has errors, which are then reported. */
async function findRequests(
  values: Options,
  policies: readonly (Policy | null)[],
  io: Io,
): Promise<Found | null> {
  const { against } = values;
  if (against === undefined)
    throw new UsageError("--against is missing: audit, current or a file of requests.");
  if (values.all && against !== "audit") throw new UsageError("--all goes with --against audit.");
  if (values["all-states"] && against !== "current")
    throw new UsageError("--all-states goes with --against current.");

  if (against === "current") return findCurrent(values, policies, io);
  if (against === "audit") {
    const requests = await withAudit(storeIn(values.store, io), io, (audit) =>
      recordedRequests(audit, values.all),
    );
    return { requests, subject: values.all ? ASSESSMENTS : RECORDED, troubles: [] };
  }
  const requests = await requestsIn(against, io);
  return requests === null ? null : { requests, subject: REQUESTS, troubles: [] };
}

const RECORDED = { one: "recorded request", many: "recorded requests" };
const ASSESSMENTS = { one: "recorded assessment", many: "recorded assessments" };
const REQUESTS = { one: "request", many: "requests" };
const CONNECTIONS = { one: "connection", many: "connections" };

async function findCurrent(
  { store: option, "all-states": allStates }: Options,
  policies: readonly (Policy | null)[],
  io: Io,
): Promise<Found> {
  // Azure's SDKs take longer to load than all the rest.
  const { azureWorld, currentRequests } = await import("./current.ts");
  const used = new Set<FactName>(
    policies.flatMap((policy) => (policy === null ? [] : [...factsUsed(policy)])),
  );
  const store = findStore(option, io);
  const found = store
    ? await withAudit(store, io, (audit) => currentRequests(azureWorld(io, audit), used, allStates))
    : await currentRequests(azureWorld(io, null), used, allStates);
  return { ...found, subject: CONNECTIONS };
}
