const { app } = require("@azure/functions");

app.http("settings", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async () => ({
    jsonBody: { pid: process.pid, hostOptions: process.argv.slice(2), settings: process.env },
  }),
});

app.timer("sweep", { schedule: "0 0 0 1 1 *", handler: async (_timer, context) => context.log("swept") });

// Tells whether the stand-ins are still there when the app stops.
app.hook.appTerminate(async () => {
  const response = await fetch(`${process.env.SIGN_IN_ISSUER}/.well-known/openid-configuration`);
  process.stdout.write(`stopping while Entra answers ${response.status}\n`);
});
