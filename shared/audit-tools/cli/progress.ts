import type { Io } from "../../policy-tools/cli/command.ts";

/** Who waits hears every so often how far it is; what ends sooner says nothing. */
const EVERY_MS = 2_000;

/** Tells on stderr how many of something were done. */
export function progressTo(io: Pick<Io, "err">, what: string): { add(count: number): void; end(): void } {
  let done = 0;
  const beganAt = performance.now();
  const timer = setInterval(() => {
    const seconds = (performance.now() - beganAt) / 1_000;
    const perSecond = Math.round(done / seconds).toLocaleString("en");
    io.err(`${done.toLocaleString("en")} ${what}, ${perSecond} a second ...\n`);
  }, EVERY_MS);
  return {
    add: (count) => {
      done += count;
    },
    end: () => clearInterval(timer),
  };
}
