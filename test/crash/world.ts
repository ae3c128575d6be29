import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { readMasterKey } from "../../infra/local/kit/host-keys.ts";
import { trustAuthority } from "../../infra/local/kit/trust.ts";
import { Endpoints } from "../../infra/local/supervisor/endpoints.ts";
import type { StoreKind } from "../../infra/local/supervisor/settings.ts";
import { control } from "../bench/arm-log.ts";
import { type Api, apiOf } from "../journey/kit/api.ts";
import { type Arm, armOf, CLUSTER, type Consumer, consumerOf } from "../journey/kit/arm.ts";
import { POLICY } from "../journey/kit/policy.ts";
import { newFolder, runCommand } from "../journey/kit/processes.ts";
import { type Queue, queueOf } from "../journey/kit/queue.ts";
import { Control, type Victim } from "./control.ts";
import { insist, until, within } from "./patience.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const SUPERVISE = new URL("./supervise.ts", import.meta.url).href;
/** Once a year: the timers shall stay out of what is counted. */
const HARDLY_EVER = "0 0 4 1 1 *";

/** The client gives up early and never tries again: the caller does. */
const ANSWER_MS = 10_000;
const ONCE = { maxRetries: 0, retryDelayInMs: 0, timeoutInMs: ANSWER_MS };

/** `npm start` with the points in its children, on a folder of its own. */
export interface World {
  readonly folder: string;
  readonly api: Api;
  readonly arm: Arm;
  readonly consumer: Consumer;
  /** Each look takes a client of its own: one whose broker is killed again and again may never recover. */
  queue<T>(work: (queue: Queue) => Promise<T>): Promise<T>;
  /** Sends one message; resolves as soon as the broker has accepted it, whatever becomes of the connection after that. */
  sends(message: { readonly body: object; readonly messageId: string }): Promise<void>;
  endpoints(): Endpoints;
  control(victim: Victim): Control;
  /** ARM's control interface. */
  arms(method: "GET" | "POST", command: string, body?: object): Promise<unknown>;
  /** `kill -9` of whatever runs at this moment, ready or not. */
  kill(victim: Victim): Promise<void>;
  /** Waits until one is ready that is not the one which was killed last, or which died as this one. */
  isBack(victim: Victim, diedAs?: number): Promise<void>;
  /** `npm run sweep`. */
  sweep(): Promise<void>;
  /** Everything that its processes have said. */
  output(): string;
  /** Ctrl-C. */
  stop(): Promise<void>;
  remove(): void;
}

/** Starts one. The app must be built. @param store what keeps the audit trail */
export async function startWorld(store: StoreKind): Promise<World> {
  const folder = newFolder();
  const [data, orders, policyFile] = [
    join(folder, "data"),
    join(folder, "orders"),
    join(folder, "policy.yaml"),
  ];
  mkdirSync(orders);
  writeFileSync(policyFile, POLICY);
  const places = ["--data", data, "--port", "0", "--app", REPOSITORY];
  const command = runCommand(
    "start.ts",
    [...places, "--store", store, "--empty", "--strict", "--verbose", "--arm-rate", "1000000/1000000"],
    {
      POLICY: policyFile,
      POLICY_SCHEDULE: HARDLY_EVER,
      SWEEP_SCHEDULE: HARDLY_EVER,
      CRASH_CONTROL: orders,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --import=${SUPERVISE}`,
    },
  );
  await command.says("\nready http://");

  const endpoints = () => Endpoints.parse(JSON.parse(readFileSync(join(data, "endpoints.json"), "utf8")));
  trustAuthority(endpoints().armCa);
  const controls = { app: new Control(orders, "app"), cloud: new Control(orders, "cloud") };
  const killed = { app: 0, cloud: 0 };
  const arm = armOf(endpoints);
  await arm.createsCluster(CLUSTER);
  return {
    folder,
    api: apiOf(endpoints),
    arm,
    consumer: consumerOf(endpoints),
    queue: async (work) => {
      const queue = queueOf(endpoints, ONCE);
      try {
        return await within(ANSWER_MS, work(queue));
      } finally {
        leave(queue);
      }
    },
    sends: async (message) => {
      const client = new ServiceBusClient(endpoints().serviceBus, { retryOptions: ONCE });
      try {
        await within(ANSWER_MS, client.createSender(endpoints().queue).sendMessages(message));
      } finally {
        leave(client);
      }
    },
    endpoints,
    control: (victim) => controls[victim],
    arms: (method, command, body) => control(endpoints(), method, `/_control/${command}`, body),
    kill: async (victim) => {
      // Nothing runs between a death and the next start.
      await until(`${victim} runs`, () => {
        const { pid } = controls[victim];
        const isDone = pid !== killed[victim] && process.kill(pid, "SIGKILL");
        if (isDone) killed[victim] = pid;
        return isDone;
      });
    },
    isBack: (victim, diedAs = killed[victim]) =>
      until(`${victim} is back`, () => {
        const pid = endpoints().pids[victim];
        return pid !== diedAs && pid === controls[victim].pid;
      }),
    sweep: async () => {
      // The host writes its key when it starts, and may have been killed before it did.
      await insist(() => {
        const headers = { "x-functions-key": readMasterKey(join(data, "app")) };
        return fetch(`${endpoints().app}/admin/functions/sweep`, { method: "POST", headers, body: "{}" });
      });
    },
    output: command.output,
    stop: async () => {
      command.process.kill("SIGINT");
      const end = await command.ended;
      if (end !== 0) throw new Error(`npm start ended with ${end}`);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Closes a client that nobody needs any more. It may wait for ever for a broker that was killed meanwhile. */
function leave(client: { close(): Promise<void> }): void {
  within(ANSWER_MS, client.close()).catch(() => undefined);
}
