import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import * as z from "zod";
import { bicep, findBicep, HOW_TO_GET_IT } from "../../infra/azure/bicep.ts";

const TENANT = "bc28be56-ad87-4cf5-ae34-fb304dc38c65";
const SUBSCRIPTION = "5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10";

const Resource = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  properties: z.looseObject({}).default({}),
});
/** A resource as it would be deployed: names, loops, conditions and modules are resolved. */
export type Resource = z.infer<typeof Resource>;

const Snapshot = z.object({
  predictedResources: z.array(Resource),
  diagnostics: z.array(z.unknown()).default([]),
});

const folder = mkdtempSync(join(tmpdir(), "bicep-"));
cpSync(resolve(import.meta.dirname, "../../infra/azure"), folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

const known = new Map<string, readonly Resource[]>();

/** What a file of parameters would deploy. @param scope of a deployment that is not one to a subscription */
export function deployed(
  name: string,
  scope: readonly string[] = ["--subscription-id", SUBSCRIPTION],
): readonly Resource[] {
  const before = known.get(name);
  if (before !== undefined) return before;
  const command = findBicep();
  if (command === null) throw new Error(HOW_TO_GET_IT);
  const file = join(folder, "parameters", `${name}.bicepparam`);
  const place = ["--tenant-id", TENANT, "--location", "westeurope", "--deployment-name", "test", ...scope];
  bicep(command, ["snapshot", file, ...place]);
  const { predictedResources, diagnostics } = Snapshot.parse(
    JSON.parse(readFileSync(file.replace(/\.bicepparam$/, ".snapshot.json"), "utf8")),
  );
  if (diagnostics.length > 0)
    throw new Error(`${name} is not resolved in full: ${JSON.stringify(diagnostics)}`);
  known.set(name, predictedResources);
  return predictedResources;
}

/** Those of a type, such as `Microsoft.Web/sites`. */
export const ofType = (resources: readonly Resource[], type: string): readonly Resource[] =>
  resources.filter((resource) => resource.type === type);
