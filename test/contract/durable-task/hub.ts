import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { onTestFinished, vi } from "vitest";
import type {
  DurableFunctions,
  TaskHub,
  TaskHubOptions,
} from "../../../infra/local/durable-task/contract.ts";
import type { HistoryEvent } from "../../../infra/local/durable-task/core/history.ts";
import { type Clock, systemClock } from "../../../infra/local/kit/clock.ts";
import { VirtualClock } from "../../../infra/local/kit/virtual-clock.ts";
import { SOON } from "../patience.ts";
import { df, realFunctions } from "./app.ts";
import { serveHub } from "./server.ts";

export interface HubUnderTest {
  /** An invocation that has the durable client among its inputs. */
  context: InvocationContext;
  /** The real SDK's client, over HTTP. */
  client: DurableClient;
  /** Calls the HTTP API by hand; the path is relative to its root. */
  call(method: string, path: string, init?: RequestInit): Promise<Response>;
  /** The history that the instance's last episode was given. */
  lastHistory(id: string): HistoryEvent[];
  /** The whole history of the instance, from the hub's file. */
  history(id: string): HistoryEvent[];
  log: readonly string[];
  isIdle(): boolean;
  stop(): Promise<void>;
}

/** A file that is not there yet, in a folder that goes when the test ends. */
export function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "durable-task-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "hub.sqlite");
}

/** A hub of the test's own; stopped at the latest when the test ends. */
export async function aHub(
  settings: { file?: string; functions?: DurableFunctions; options?: Partial<TaskHubOptions> } = {},
): Promise<HubUnderTest> {
  const { file = freshFile(), functions = realFunctions, options = {} } = settings;
  const log: string[] = [];
  const histories = new Map<string, HistoryEvent[]>();
  const server = await serveHub({
    file,
    functions: {
      ...functions,
      orchestrate(name, trigger) {
        const { instanceId, history } = JSON.parse(trigger);
        histories.set(instanceId, history);
        return functions.orchestrate(name, trigger);
      },
    },
    log: (level, message) => void log.push(`${level}: ${message}`),
    options,
  });
  onTestFinished(() => server.stop());
  const context = invocationOn(server.hub);
  return {
    context,
    client: df.getClient(context),
    call: (method, path, init) => fetch(new URL(path, server.rpcBaseUrl), { method, ...init }),
    lastHistory: (id) => histories.get(id) ?? [],
    history: (id) => historyIn(file, id),
    log,
    isIdle: () => server.hub.isIdle(),
    stop: () => server.stop(),
  };
}

/** The whole history of an instance, as the hub keeps it and hands it to the worker. */
export function historyIn(file: string, id: string): HistoryEvent[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const select = "SELECT events FROM history JOIN instances USING (run) WHERE id = ? ORDER BY episode";
  const rows = database.prepare(select).all(id);
  database.close();
  return rows.flatMap(({ events }) => JSON.parse(String(events)));
}

/** The same in a time of its own, which only goes on when the hub is idle. */
export async function aHubInTime(options: Partial<TaskHubOptions> = {}, machine: Clock = systemClock) {
  const clock = new VirtualClock({ machine });
  const hub = await aHub({ options: { ...options, clock } });
  clock.watch(() => (hub.isIdle() ? [] : ["the hub works"]));
  return { ...hub, clock };
}

/** An invocation of a function that asks for a `durableClient` input. */
function invocationOn(hub: TaskHub): InvocationContext {
  const input = df.input.durableClient();
  const extraInputs = new Map<unknown, unknown>([[input, JSON.parse(hub.clientBinding())]]);
  return { options: { extraInputs: [input] }, extraInputs } as unknown as InvocationContext;
}

/** Waits until the instance has one of these statuses, and gives all that is known of it. */
export function reached(client: DurableClient, id: string, ...statuses: string[]) {
  const read = async () => {
    const status = await client.getStatus(id);
    if (!statuses.includes(status.runtimeStatus)) throw new Error(`${id} is ${status.runtimeStatus}`);
    return status;
  };
  return vi.waitFor(read, SOON);
}

/** Waits until the instance has finished. */
export const finished = (client: DurableClient, id: string) =>
  reached(client, id, "Completed", "Failed", "Terminated");
