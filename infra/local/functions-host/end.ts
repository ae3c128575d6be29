import { withoutForeignFrames } from "./errors.ts";

let isMeant = false;

/** Ends this process because the host says so. */
export function endProcess(code: number): never {
  isMeant = true;
  process.exit(code);
}

/**
 * From here on an end that was not `endProcess` is told as the app's doing, with the place, and never passes for a
 * success: `process.exit(0)` ends with code 1.
 */
export function tellWhenTheAppEnds(): void {
  process.on("exit", (code) => {
    if (isMeant) return;
    const said = `The app ended this process: process.exit(${code}). In Azure this would end the worker and all that it runs.`;
    const { stack = said } = new Error(said);
    process.stderr.write(`\n${withoutForeignFrames(stack).replace(/^Error: /, "")}\n\n`);
    if (code === 0) process.exitCode = 1;
  });
}
