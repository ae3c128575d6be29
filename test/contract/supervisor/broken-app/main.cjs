const { app } = require("@azure/functions");

app.hook.appStart(() => {
  throw new Error(
    "policy.yaml cannot be used:\n  line 3: there is no such rule\n  line 9: a name is missing",
  );
});
