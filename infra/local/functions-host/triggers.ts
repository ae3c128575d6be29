import type { AppFunction } from "./app.ts";
import { StartError } from "./errors.ts";

/** The triggers this host serves, by the lower-cased type of their binding. */
const TRIGGERS = {
  httptrigger: "http",
  timertrigger: "timer",
  servicebustrigger: "serviceBus",
  eventgridtrigger: "eventGrid",
  orchestrationtrigger: "durable",
  activitytrigger: "durable",
} as const;

type TriggerKind = (typeof TRIGGERS)[keyof typeof TRIGGERS];

/** The app's functions by what triggers them. */
export type Functions = Readonly<Record<TriggerKind, readonly AppFunction[]>> & {
  readonly usesDurableClient: boolean;
};

/** Sorts the functions by trigger. Throws one StartError that lists every binding this host cannot serve. */
export function sortByTrigger(functions: readonly AppFunction[]): Functions {
  const problems = functions.flatMap(bindingProblems);
  if (problems.length > 0) throw new StartError(`This host cannot serve the app:\n${problems.join("\n")}`);
  const byKind = Object.groupBy(functions, (fn) => kindOf(fn) ?? "http");
  return {
    http: byKind.http ?? [],
    timer: byKind.timer ?? [],
    serviceBus: byKind.serviceBus ?? [],
    eventGrid: byKind.eventGrid ?? [],
    durable: byKind.durable ?? [],
    usesDurableClient: functions.some((fn) => extraBindings(fn).some(({ type }) => isDurableClient(type))),
  };
}

const kindOf = (fn: AppFunction): TriggerKind | undefined =>
  TRIGGERS[fn.trigger.type.toLowerCase() as keyof typeof TRIGGERS];

/** What functions may put out, by the lower-cased type of the binding. */
const OUTPUTS: readonly string[] = ["servicebus", "eventgrid"];

const isDurableClient = (type: string): boolean => type.toLowerCase() === "durableclient";

const extraBindings = (fn: AppFunction) =>
  Object.entries(fn.metadata.bindings)
    .filter(([name]) => name !== fn.trigger.name)
    .map(([name, { direction, type }]) => ({ name, direction, type }));

/** Unserved bindings fail at start: a message that is silently not sent would be found much later. */
function bindingProblems(fn: AppFunction): string[] {
  const unserved = extraBindings(fn).filter(
    ({ name, direction, type }) =>
      !(direction === "in" && isDurableClient(type)) &&
      !(direction === "out" && OUTPUTS.includes(type.toLowerCase())) &&
      !(name === "$return" && type.toLowerCase() === "http"),
  );
  const problems = unserved.map(({ direction, type }) => `${direction}put binding ${type} is not supported.`);
  if (kindOf(fn) === undefined) problems.unshift(triggerProblem(fn.trigger.type));
  return problems.map((problem) => `  ${fn.name}: ${problem}`);
}

const triggerProblem = (type: string): string =>
  type.toLowerCase() === "entitytrigger"
    ? "durable entities are not supported."
    : `the trigger ${type} is not supported.`;
