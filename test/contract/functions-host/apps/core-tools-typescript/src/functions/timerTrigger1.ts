import { app, type InvocationContext, type Timer } from "@azure/functions";

export async function timerTrigger1(myTimer: Timer, context: InvocationContext): Promise<void> {
  context.log(`timerTrigger1 ran, next at ${myTimer.scheduleStatus.next}.`);
}

app.timer("timerTrigger1", {
  schedule: "0 */5 * * * *",
  handler: timerTrigger1,
});
