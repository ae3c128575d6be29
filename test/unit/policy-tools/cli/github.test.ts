import fc from "fast-check";
import { expect, test } from "vitest";
import type { Problem } from "../../../../shared/policy/file/report.ts";
import { workflowCommand } from "../../../../shared/policy-tools/cli/github.ts";
import { hostileText } from "../simulate/hostile.ts";

const aProblem = (differences: Partial<Problem> = {}): Problem => ({
  severity: "warning",
  file: "p.yaml",
  line: 3,
  column: 5,
  length: 2,
  message: "odd",
  excerpt: "",
  count: 1,
  ...differences,
});

test("what would end a property or the line is escaped, in the file's name more than in the message", () => {
  const command = workflowCommand(aProblem({ file: "a:b,c%\r\n.yaml", message: "50%: a,\r\nb" }));

  expect(command).toBe(
    "::warning file=a%3Ab%2Cc%25%0D%0A.yaml,line=3,col=5,endLine=3,endColumn=7,title=Policy warning::50%25: a,%0D%0Ab\n",
  );
});

test("nothing in a problem makes a second command, or ends the properties", () => {
  fc.assert(
    fc.property(hostileText(), hostileText(), (file, message) => {
      const command = workflowCommand(aProblem({ file, message }));

      expect(command.match(/[\r\n]/g)).toEqual(["\n"]);
      expect(command.slice(2, command.indexOf("::", 2)).split(",")).toHaveLength(6);
    }),
  );
});
