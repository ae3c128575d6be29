import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { bicep, findBicep, HOW_TO_GET_IT } from "./bicep.ts";

const FOLDER = import.meta.dirname;

/** What is wrong, as compilers and linters tell it. @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
const Sarif = z.object({
  runs: z.tuple([
    z.object({
      results: z.array(
        z.object({
          ruleId: z.string(),
          message: z.object({ text: z.string() }),
          locations: z.array(
            z.object({
              physicalLocation: z.object({
                artifactLocation: z.object({ uri: z.string() }),
                region: z.object({ startLine: z.int() }).optional(),
              }),
            }),
          ),
        }),
      ),
    }),
  ]),
});

type Command = Parameters<typeof bicep>[0];

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(FOLDER, folder))
    .filter((name) => /\.bicep(param)?$/.test(name))
    .map((name) => join(folder, name));

/** All that the compiler has to say of a file and of what it is made of: also warnings, with which it exits as if nothing were. */
function diagnosticsOf(command: Command, file: string): readonly string[] {
  const said = bicep(command, ["lint", join(FOLDER, file), "--diagnostics-format", "sarif"]);
  return Sarif.parse(JSON.parse(said)).runs[0].results.map(({ ruleId, message, locations }) => {
    const [place] = locations;
    const at = place?.physicalLocation;
    return `${at?.artifactLocation.uri.split("/").at(-1) ?? file}:${at?.region?.startLine ?? 1}: ${ruleId}: ${message.text}`;
  });
}

/** Whether a file is laid out as the compiler lays it out. */
const isFormatted = (command: Command, file: string): boolean =>
  bicep(command, ["format", join(FOLDER, file), "--stdout"]) === readFileSync(join(FOLDER, file), "utf8");

const command = findBicep();
if (command === null) {
  console.error(HOW_TO_GET_IT);
  process.exit(2);
}
const [entries, others] = [filesIn("."), [...filesIn("modules"), ...filesIn("parameters")]];
const found = [
  ...entries.flatMap((file) => diagnosticsOf(command, file)),
  ...[...entries, ...others].flatMap((file) =>
    isFormatted(command, file) ? [] : [`${file}: not laid out as bicep format lays it out`],
  ),
];
for (const line of new Set(found)) console.error(line);
console.log(
  `${entries.length + others.length} files, ${found.length === 0 ? "nothing is wrong" : `${found.length} ${found.length === 1 ? "problem" : "problems"}`}`,
);
process.exitCode = found.length === 0 ? 0 : 1;
