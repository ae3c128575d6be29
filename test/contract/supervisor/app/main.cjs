const { app } = require("@azure/functions");

app.http("settings", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async () => ({
    jsonBody: { pid: process.pid, hostOptions: process.argv.slice(2), settings: process.env },
  }),
});

app.timer("sweep", { schedule: "0 0 0 1 1 *", handler: async (_timer, context) => context.log("swept") });

// Tells whether what it runs on is still there when the app stops.
app.hook.appTerminate(async () => {
  await tell("Entra", `${process.env.SIGN_IN_ISSUER}/.well-known/openid-configuration`);
  const [, tables] = /TableEndpoint=([^;]+)/.exec(process.env.AUDIT_STORE) ?? [];
  if (tables !== undefined) await tell("Azurite", `${tables}/Tables`);
});

async function tell(what, url) {
  const response = await fetch(url);
  process.stdout.write(`stopping while ${what} answers ${response.status}\n`);
}
