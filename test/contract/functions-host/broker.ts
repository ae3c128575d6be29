import { parseQueues } from "../../../infra/local/service-bus/config.ts";
import { startServiceBus } from "../../../infra/local/service-bus/index.ts";

/** A broker in a process of its own, so that a test can kill it: `node broker.ts FILE PORT`. */
const [file = "", port = "0"] = process.argv.slice(2);
const bus = await startServiceBus({
  file,
  port: Number(port),
  queues: parseQueues({
    Queues: [
      { Name: "work", Properties: { LockDuration: "PT1M", MaxDeliveryCount: 3 } },
      { Name: "patient", Properties: { LockDuration: "PT1M", MaxDeliveryCount: 3 } },
      { Name: "slow", Properties: { LockDuration: "PT6S", MaxDeliveryCount: 3 } },
    ],
  }),
  key: "a key of this test",
  log: () => undefined,
});
process.send?.({ port: bus.port, connectionString: bus.connectionString });
