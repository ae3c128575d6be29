import { parseQueues, startServiceBus } from "../../../infra/local/service-bus/index.ts";

/** A broker in a process of its own, for tests that kill it. Arguments: file, port, lock duration. */
const [file = "", port = "0", LockDuration = "PT1S"] = process.argv.slice(2);
const properties = { LockDuration, MaxDeliveryCount: 100, RequiresDuplicateDetection: true };
const bus = await startServiceBus({
  file,
  port: Number(port),
  queues: parseQueues({ Queues: [{ Name: "hints", Properties: properties }] }),
  key: "a key for tests",
  log: () => undefined,
});
process.send?.({ port: bus.port, connectionString: bus.connectionString });
