import { type Attributes, metrics } from "@opentelemetry/api";
import { SCOPE } from "./spans.ts";

/**
 * Every figure that the app tells. Attributes have few values, all of them ours or those of the policy: no ids, no names
 * from outside. Units as in UCUM.
 * @see https://opentelemetry.io/docs/specs/semconv/general/metrics/
 */
export const METRICS = {
  "pec.received": { kind: "counter", unit: "{request}", says: "Requests that were opened, by source." },
  "pec.decisions": {
    kind: "counter",
    unit: "{decision}",
    says: "Decisions, by outcome, path (policy, people) and the first rule that decided.",
  },
  "pec.decision.duration": {
    kind: "histogram",
    unit: "s",
    says: "From the moment that a connection came into our care to its decision, by outcome and path.",
  },
  "pec.closed": { kind: "counter", unit: "{request}", says: "Requests that closed, by outcome." },
  "pec.pending.count": {
    kind: "gauge",
    unit: "{request}",
    says: "Requests that wait for people; told by the sweep, as are the next two.",
  },
  "pec.pending.age": { kind: "gauge", unit: "s", says: "Age of the oldest of them." },
  "pec.pending.overdue": {
    kind: "gauge",
    unit: "s",
    says: "How long the deadline of one of them has passed, at most.",
  },
  "pec.trail.altered": {
    kind: "counter",
    unit: "{request}",
    says: "Requests that are not the sums of their records.",
  },
  "arm.requests": {
    kind: "counter",
    unit: "{request}",
    says: "Calls to Azure Resource Manager, by operation and status.",
  },
  "arm.throttled": { kind: "counter", unit: "{request}", says: "Those that it answered with 429." },
  "arm.ratelimit.remaining": {
    kind: "gauge",
    unit: "{request}",
    says: "What the last answer of ARM left of a limit, as the name of its header has it.",
  },
  "notify.failures": { kind: "counter", unit: "{attempt}", says: "Attempts to tell somebody that failed." },
  "audit.append.duration": { kind: "histogram", unit: "s", says: "Adding records to the audit store." },
  "audit.chain.verify": {
    kind: "gauge",
    unit: "1",
    says: "1 where the last look at the digests found nothing wrong, else 0.",
  },
  "audit.digest.age": { kind: "gauge", unit: "s", says: "Time since the last digest; told by the sweep." },
  "poll.lag": {
    kind: "gauge",
    unit: "s",
    says: "Time from the last sweep that ended well to the begin of the next one.",
  },
  "job.failures": {
    kind: "counter",
    unit: "{run}",
    says: "Runs of the app's own jobs (sweep, digests) that did not end well.",
  },
  "orchestrations.failed": {
    kind: "counter",
    unit: "{orchestration}",
    says: "Orchestrations that broke and were given up.",
  },
  "intake.quarantine": {
    kind: "counter",
    unit: "{message}",
    says: "Messages that nobody can understand, by source.",
  },
} as const satisfies Record<string, { kind: "counter" | "gauge" | "histogram"; unit: string; says: string }>;

export type MetricName = keyof typeof METRICS;
type Of<K> = { [N in MetricName]: (typeof METRICS)[N]["kind"] extends K ? N : never }[MetricName];

const optionsOf = (name: MetricName) => ({ unit: METRICS[name].unit, description: METRICS[name].says });

/** Counts one more. Made anew at each use, since what there is before the start of the telemetry counts nothing for ever. */
export const count = (name: Of<"counter">, attributes: Attributes = {}): void =>
  metrics.getMeter(SCOPE).createCounter(name, optionsOf(name)).add(1, attributes);

/** Tells how it is now. */
export const gauge = (name: Of<"gauge">, value: number, attributes: Attributes = {}): void =>
  metrics.getMeter(SCOPE).createGauge(name, optionsOf(name)).record(value, attributes);

/** Tells how long something took, in seconds. */
export const took = (name: Of<"histogram">, seconds: number, attributes: Attributes = {}): void =>
  metrics.getMeter(SCOPE).createHistogram(name, optionsOf(name)).record(seconds, attributes);
