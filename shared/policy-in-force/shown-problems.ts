import { formatProblems, type Problem } from "../policy/file/report.ts";
import { isBuilt } from "./policy-files.ts";
import type { PolicyFiles } from "./port.ts";

/** What readers of the log and of the API see of what is wrong with a policy. */
export interface ShownProblems {
  /** A text for each, for people: at most fifty, and one that counts the rest. */
  readonly problems: readonly string[];
  /** How many there are. */
  readonly count: number;
}

const MAX_SHOWN = 50;

/**
 * Problems as those may see them who may read no file of this machine: a path may lead to anything, such as a secret, and
 * a problem shows its line and quotes what stands there. So lines and values are shown of nothing but what says of itself
 * that it is a policy; of anything else, and of lists, which cannot say so, only where they are wrong. Who has the
 * files sees the rest by `policy check`.
 */
export function shownProblems(found: readonly Problem[], files: PolicyFiles): ShownProblems {
  const ofFiles = [...Map.groupBy(found, ({ file }) => file)];
  const problems = ofFiles.flatMap(([file, inFile]) => {
    if (file !== files.file) return [tellOfList(inFile, files.file)];
    return isOurs(files)
      ? inFile.map((problem) => formatProblems([problem]).trimEnd())
      : [tellOfStranger(inFile, files.file)];
  });
  const more = problems.length - MAX_SHOWN;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return { problems: [...problems.slice(0, MAX_SHOWN), ...rest], count: countOf(found) };
}

const countOf = (problems: readonly Problem[]): number => problems.reduce((sum, { count }) => sum + count, 0);

/** Two lines that nothing else has, neither of them indented, as they would be in what only holds a policy. */
const SAYS_SO = [
  /^\ufeff?["']?apiVersion["']?:[ \t]+["']?policy\/v1["']?[ \t\r]*(?:#.*)?$/m,
  /^\ufeff?["']?kind["']?:[ \t]+["']?ConnectionPolicy(?:Test)?["']?[ \t\r]*(?:#.*)?$/m,
];
/** The same of what `policy build` wrote. */
const BUILT_SAYS_SO = [/^\{"apiVersion":"policy\/v1","kind":"BuiltPolicy",/];

const isOurs = ({ file, text }: PolicyFiles): boolean =>
  (isBuilt(file) ? BUILT_SAYS_SO : SAYS_SO).every((line) => line.test(text));

const tellOfStranger = (problems: readonly Problem[], policy: string): string =>
  isBuilt(policy)
    ? told(problems, "this is nothing that npm run policy -- build wrote", policy)
    : told(
        problems,
        'this is no policy: it lacks the line "apiVersion: policy/v1", or the line "kind: ConnectionPolicy"',
        policy,
      );

const tellOfList = (problems: readonly Problem[], policy: string): string => {
  const count = countOf(problems);
  const many = count === 1 ? "something is wrong here" : `${count} things are wrong, the first of them here`;
  return told(problems, `in this list ${many}`, policy);
};

/** The one sentence that is shown of a file, at its first problem. */
function told([first]: readonly Problem[], message: string, policy: string): string {
  if (first === undefined) return "";
  const { line, column, file } = first;
  return `${file}:${line}:${column}: error: ${message}; what it holds is not shown here, but by npm run policy -- check ${policy}`;
}
