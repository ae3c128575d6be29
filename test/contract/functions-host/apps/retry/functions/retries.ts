import { app, type InvocationContext, type RetryOptions, type Timer, trigger } from "@azure/functions";

const NEVER_DUE = "0 0 3 1 1 *";
const fixed = (maxRetryCount: number, delayInterval: number): RetryOptions => ({
  strategy: "fixedDelay",
  maxRetryCount,
  delayInterval,
});

function tell({ retryContext }: InvocationContext, log: (text: string) => void): void {
  const { retryCount, maxRetryCount, exception } = retryContext ?? {};
  const rest = retryContext === undefined ? "" : ` of ${maxRetryCount} after "${exception?.message}"`;
  log(`attempt ${retryCount}${rest}`);
}

/** Fails until it is tried for the given time. */
const failing = (times: number) => (_timer: Timer, context: InvocationContext) => {
  tell(context, (text) => context.log(text));
  const tried = context.retryContext?.retryCount ?? 0;
  if (tried < times) throw new Error(`no ${tried}`);
  context.log("done");
};

app.timer("flaky", { schedule: NEVER_DUE, retry: fixed(5, 0), handler: failing(2) });
app.timer("hopeless", { schedule: NEVER_DUE, retry: fixed(2, 0), handler: failing(99) });
app.timer("stubborn", { schedule: NEVER_DUE, retry: fixed(-1, 0), handler: failing(21) });
app.timer("patient", { schedule: NEVER_DUE, retry: fixed(1, 3_600_000), handler: failing(99) });
app.generic("event", { trigger: trigger.eventGrid({}), retry: fixed(1, 0), handler: () => undefined });
