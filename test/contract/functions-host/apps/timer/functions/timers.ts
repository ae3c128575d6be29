import { setTimeout as wait } from "node:timers/promises";
import { app, type InvocationContext, type Timer } from "@azure/functions";

const tell = (timer: Timer, context: InvocationContext) =>
  context.log(timer.isPastDue ? "past due" : "on time", Object.keys(timer.scheduleStatus).sort().join());

app.timer("everySecond", { schedule: "* * * * * *", handler: tell });
app.timer("bySetting", { schedule: "%SCHEDULE%", handler: tell });
app.timer("daily", { schedule: "%DAILY%", handler: tell });
app.timer("onStartup", { schedule: "0 0 3 1 1 *", runOnStartup: true, handler: tell });

let running = 0;
app.timer("slow", {
  schedule: "* * * * * *",
  handler: async (_timer, context) => {
    running++;
    context.log(`running ${running}`);
    await wait(1200);
    running--;
  },
});
