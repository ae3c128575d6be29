import type { Deployment } from "../deployment.ts";
import { type Finding, findings } from "../finding.ts";
import { namesIn, problemsIn } from "../given.ts";

/** Whether the app would start with its settings: each problem is a finding. */
export async function checkSettings({ given }: Deployment): Promise<readonly Finding[]> {
  const { ok, fault, unknown } = findings("settings", given.source);
  if (namesIn(given).length === 0)
    return [
      unknown(
        "No setting of the app is set here.",
        "az functionapp config appsettings list --name APP --resource-group GROUP > settings.json, then add --settings settings.json",
      ),
    ];
  const problems = problemsIn(given);
  if (problems.length > 0)
    return problems.map((problem) =>
      fault(
        problem,
        `az functionapp config appsettings set --name APP --resource-group GROUP --settings ${nameIn(problem)}=…`,
      ),
    );
  const { references } = given;
  const unseen =
    references.length === 0 ? "" : ` Not looked at, since a key vault has them: ${references.join(", ")}.`;
  return [ok(`The app would start with them.${unseen}`)];
}

const nameIn = (problem: string): string => problem.split(" ")[0] ?? "";
