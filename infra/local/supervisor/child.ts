import { type ChildProcess, fork } from "node:child_process";

/** How long a child may take to stop by itself before it is killed. */
const STOP_MS = 5_000;
/** The same for one that is not to be killed. */
const STOP_FRAGILE_MS = 60_000;
/** What makes a child die with us. */
const DIE_TOGETHER = new URL("./die-together.ts", import.meta.url).href;
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface ChildOptions {
  /** What people call it in messages. */
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** It loses what it acknowledged when it is killed: SIGINT ends it, in its own time, and it looks itself whether we live. */
  readonly isFragile?: boolean;
  /** What it prints goes to our standard error, and not to our standard output. */
  readonly isAside?: boolean | undefined;
  /** Called every time it is ready, with the process ID of this run. */
  readonly onReady: (pid: number) => void;
  readonly log: (line: string) => void;
}

/** A child process that is started again whenever it dies, as the platform would. */
export interface Child {
  /** Resolves when it is ready for the first time; rejects when it dies before that, and then nothing restarts it. */
  readonly firstReady: Promise<void>;
  /** Asks it to stop, insists after a while, and resolves when it is gone. */
  stop(): Promise<void>;
}

/** A child died before it was ever ready. It has said why on its own standard error. */
export class ChildFailed extends Error {}

/**
 * How long to wait before the next start, in ms. A process that had been ready is started again at once; one that keeps
 * dying before it is ready waits longer each time, up to five seconds.
 */
export function pauseBeforeRestart(deathsBeforeReady: number): number {
  if (deathsBeforeReady === 0) return 0;
  return Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** (deathsBeforeReady - 1));
}

/**
 * Starts a child and keeps it running until `stop`.
 *
 * It says `{ "kind": "ready" }` over IPC when it is. It runs in a process group of its own: Ctrl-C reaches the whole
 * group of the terminal, and children must stop in our order. It dies with us all the same.
 */
export function keepRunning(options: ChildOptions): Child {
  const { promise: firstReady, resolve, reject } = Promise.withResolvers<void>();
  let stopping = false;
  let everReady = false;
  let deathsBeforeReady = 0;
  let running: ChildProcess;
  let restart: NodeJS.Timeout | undefined;

  function start(): void {
    restart = undefined;
    let ready = false;
    const child = launch(options);
    running = child;
    child.on("message", (message) => {
      if (!isReady(message)) return;
      ready = true;
      everReady = true;
      deathsBeforeReady = 0;
      if (child.pid !== undefined) options.onReady(child.pid);
      resolve();
    });
    child.once("exit", (code, signal) => {
      if (stopping) return;
      const cause = signal ?? `exit code ${code}`;
      if (!everReady) return reject(new ChildFailed(`${options.name} did not start (${cause})`));
      if (!ready) deathsBeforeReady++;
      const pauseMs = pauseBeforeRestart(deathsBeforeReady);
      options.log(
        `${options.name} ended (${cause}); starting again${pauseMs > 0 ? ` in ${pauseMs} ms` : ""}`,
      );
      restart = setTimeout(start, pauseMs);
    });
  }

  start();
  return {
    firstReady,
    stop: async () => {
      stopping = true;
      clearTimeout(restart);
      await (options.isFragile ? end(running, "SIGINT", STOP_FRAGILE_MS) : end(running, "SIGTERM", STOP_MS));
    },
  };
}

function launch({ script, args, env, isFragile, isAside }: ChildOptions): ChildProcess {
  return fork(script, args, {
    env: { ...env },
    execArgv: isFragile ? [] : ["--import", DIE_TOGETHER],
    detached: true,
    stdio: ["ignore", isAside ? process.stderr.fd : "inherit", "inherit", "ipc"],
  });
}

function isReady(message: unknown): boolean {
  return typeof message === "object" && message !== null && "kind" in message && message.kind === "ready";
}

function end(child: ChildProcess, signal: NodeJS.Signals, patienceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const insist = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    child.once("exit", () => {
      clearTimeout(insist);
      resolve();
    });
    child.kill(signal);
  });
}
