import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";

const MAIN = join(import.meta.dirname, "../../../infra/local/functions-host/main.ts");
const APP = join(import.meta.dirname, "../durable-app");
/** Stands for the instance in the URLs that the app hands out. */
const ID = "instance-id";

const Message = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready"), url: z.string() }),
  z.object({ kind: z.enum(["waits", "ends"]), id: z.string() }),
  z.object({ kind: z.literal("stamps"), startedAtMs: z.array(z.number()) }),
]);
const Urls = z.object({ statusQueryGetUri: z.string(), sendEventPostUri: z.string() });
const Usage = z.object({ cpuMs: z.number(), residentMib: z.number() });
const Status = z.object({ runtimeStatus: z.string() });

/** The Functions host as a process of its own, with the bench's app, spoken to by the Durable extension's HTTP API. */
export class DurableHost {
  /** From its spawn to its first answer, in ms. */
  readonly startMs: number;
  readonly #child: ChildProcess;
  readonly #origin: string;
  readonly #urls: z.infer<typeof Urls>;
  readonly #heard = new Map<string, () => void>();
  #stamps: ((startedAtMs: readonly number[]) => void) | undefined;

  private constructor(child: ChildProcess, startMs: number, origin: string, urls: z.infer<typeof Urls>) {
    this.startMs = startMs;
    this.#child = child;
    this.#origin = origin;
    this.#urls = urls;
    child.on("message", (raw) => {
      const message = Message.parse(raw);
      if (message.kind === "waits" || message.kind === "ends") {
        this.#heard.get(`${message.kind} ${message.id}`)?.();
        this.#heard.delete(`${message.kind} ${message.id}`);
      } else if (message.kind === "stamps") this.#stamps?.(message.startedAtMs);
    });
  }

  static async start(data: string): Promise<DurableHost> {
    const startedAt = performance.now();
    const child = fork(MAIN, ["--app", APP, "--port", "0", "--data", data], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const origin = await new Promise<string>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`The host ended with ${code}.`)));
      child.on("message", (raw) => {
        const message = Message.parse(raw);
        if (message.kind === "ready") resolve(message.url);
      });
    });
    const urls = Urls.parse(await (await fetch(`${origin}/api/urls/${ID}`)).json());
    return new DurableHost(child, performance.now() - startedAt, origin, urls);
  }

  async startInstance(orchestrator: string, id: string, input: unknown = null): Promise<void> {
    const url = this.#urls.statusQueryGetUri.replace(
      `instances/${ID}`,
      `orchestrators/${orchestrator}/${id}`,
    );
    await this.#post(url, input);
  }

  async raise(id: string, event: string): Promise<void> {
    await this.#post(this.#urls.sendEventPostUri.replace(ID, id).replace("{eventName}", event), null);
  }

  async runtimeStatus(id: string): Promise<string> {
    const response = await fetch(this.#urls.statusQueryGetUri.replace(ID, id));
    return Status.parse(await response.json()).runtimeStatus;
  }

  /** Resolves when the instance's activity of this kind ran; ask before it can. */
  heard(kind: "waits" | "ends", id: string): Promise<void> {
    return new Promise((resolve) => this.#heard.set(`${kind} ${id}`, resolve));
  }

  /** When the activities of the next chain began, in ms of the host's own clock. */
  stamps(): Promise<readonly number[]> {
    return new Promise((resolve) => {
      this.#stamps = resolve;
    });
  }

  /** What the process has used of a CPU since it began, and what it holds of the memory. */
  async usage(): Promise<z.infer<typeof Usage>> {
    return Usage.parse(await (await fetch(`${this.#origin}/api/usage`)).json());
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
  }

  async #post(url: string, body: unknown): Promise<void> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    await response.arrayBuffer();
    if (response.status !== 202) throw new Error(`POST ${new URL(url).pathname}: ${response.status}`);
  }
}

/** Runs `work` with a data folder of its own. */
export async function withDataFolder<T>(work: (data: string) => Promise<T>): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), "bench-durable-"));
  try {
    return await work(data);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
