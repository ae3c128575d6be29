import { dirname, join, resolve } from "node:path";
import { SWITCHES } from "../policy-address.ts";
import type { SwitchesSource } from "./port.ts";
import { MAX_SWITCHES_BYTES } from "./port.ts";
import { codeOf, FileError, readTextFile } from "./text-file.ts";

/** The switches in a file beside that of the policy. @param policy its path */
export function fileSwitches(policy: string): SwitchesSource {
  const file = resolve(join(dirname(policy), SWITCHES));
  const reading = { cwd: ".", shown: (path: string) => path, pipes: "refused" } as const;
  return {
    file,
    read: async () => {
      try {
        const { text, isWhole } = await readTextFile(file, MAX_SWITCHES_BYTES, reading);
        if (!isWhole) throw new FileError(`${file} is still being written.`);
        return text;
      } catch (error) {
        if (error instanceof FileError && codeOf(error.cause) === "ENOENT") return null;
        throw error;
      }
    },
  };
}
