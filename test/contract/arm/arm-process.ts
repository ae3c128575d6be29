import { startArm } from "../../../infra/local/arm/index.ts";
import { startEventGrid } from "../../../infra/local/event-grid/index.ts";
import { loadOrCreateTls } from "../../../infra/local/kit/tls.ts";

/** ARM and Event Grid as one process that can be killed: `node arm-process.ts <folder> <issuer> <jwks url> <webhook url>`. */
const [folder = "", issuer = "", jwksUrl = "", url = ""] = process.argv.slice(2);

const limit = { burst: 1e6, perSecond: 1e6 };
const log = (line: string) => console.error(line);
const grid = startEventGrid({
  file: `${folder}/events.db`,
  subscriptions: [{ name: "intake", schema: "EventGridSchema", destination: { kind: "webhook", url } }],
  log,
});
const arm = await startArm({
  file: `${folder}/arm.db`,
  port: 0,
  tls: await loadOrCreateTls(folder),
  issuer,
  jwksUrl,
  controlKey: "open-sesame",
  throttling: { armReads: limit, armWrites: limit, aksOther: limit },
  events: grid,
  log,
});
process.send?.(arm.port);
