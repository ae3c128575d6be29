import { loadOrCreateTls } from "../../../infra/local/kit/tls.ts";
import { DEMO_CHANNELS } from "../../../infra/local/teams/demo.ts";
import { startTeams } from "../../../infra/local/teams/index.ts";

/** Teams as a process that can be killed: `node teams-process.ts <folder>`. */
const [folder = ""] = process.argv.slice(2);

const teams = await startTeams({
  file: `${folder}/teams.sqlite`,
  keysFile: `${folder}/keys.json`,
  port: 0,
  pagePort: 0,
  tls: await loadOrCreateTls(folder),
  organisation: { ...DEMO_CHANNELS, tenantId: "", people: [], bots: [] },
  issuer: "http://127.0.0.1:9/",
  jwksUrl: "http://127.0.0.1:9/keys",
  workflowKey: "signs addresses",
  workflowLimits: [],
  controlKey: "open-sesame",
  log: (line) => console.error(line),
});
process.send?.(teams.url);
