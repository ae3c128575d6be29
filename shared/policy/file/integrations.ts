import { GUID } from "../guid.ts";
import { fold, quote } from "../text.ts";
import type { Integration } from "../verdict.ts";
import {
  complain,
  describe,
  type Keys,
  readFlag,
  readList,
  readMapping,
  readText,
  readWord,
} from "./reader.ts";
import type { WrittenApprovers, WrittenIntegration } from "./reading.ts";
import type { Report, Span } from "./report.ts";
import type { Tree } from "./tree.ts";

/** What stands under each name of `integrations:`. */
export const INTEGRATION = {
  required: [],
  optional: ["app", "signed", "may"],
} as const satisfies Keys<string>;
export const MAY = ["approve", "reject"] as const;
/** What integrations may be called: the name stands in an address, and in the name of a setting. */
export const INTEGRATION_NAME = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,59}$/;

/**
 * Everything under `integrations:`.
 * @param approvers an integration must not be called like any of them, so that no name means people here and a system there
 */
export function readIntegrations(
  tree: Tree,
  approvers: ReadonlyMap<string, WrittenApprovers>,
  report: Report,
): ReadonlyMap<string, WrittenIntegration> {
  if (tree.kind !== "map") {
    complain(report, tree, `integrations: expected a mapping of names; found ${describe(tree)}`);
    return new Map();
  }
  const people = new Set([...approvers.keys()].map(fold));
  const byApp = new Map<string, string>();
  return new Map(
    [...tree.entries].flatMap(([name, { key, value }]) => {
      checkIntegrationName(name, key, report);
      const integration = readIntegration(name, value, report);
      const { app } = integration;
      const other = app === null ? undefined : byApp.get(app);
      if (other !== undefined)
        report.add(
          value,
          `integrations.${name}: its app is that of ${quote(other)}; one app is one integration`,
        );
      if (app !== null) byApp.set(app, name);
      if (!people.has(fold(name))) return [[name, { at: key, integration }]];
      const message = `${quote(name)} stands under approvers, too; people and systems need different names`;
      report.add(key, `integrations: ${message}`);
      return [];
    }),
  );
}

function checkIntegrationName(name: string, at: Span, report: Report): void {
  if (!INTEGRATION_NAME.test(name))
    report.add(
      at,
      'integrations: a name has 1 to 60 lower-case letters, digits and "-" between them, and begins with a letter',
    );
}

function readIntegration(name: string, tree: Tree, report: Report): Integration {
  const path = `integrations.${name}`;
  const { app, signed, may } = readMapping(tree, path, INTEGRATION, report);
  const isSigned = signed !== undefined && readFlag(signed, `${path}.signed`, report);
  if (tree.kind === "map" && app === undefined && !isSigned)
    report.add(tree, `${path}: needs app, the object id of its service principal, or signed: true, or both`);
  return {
    name,
    app: app === undefined ? null : readApp(app, `${path}.app`, report),
    signed: isSigned,
    mayReject: may !== undefined && readMay(may, `${path}.may`, report).has("reject"),
  };
}

function readApp(tree: Tree, path: string, report: Report): string {
  const id = readText(tree, path, report);
  if (tree.kind === "scalar" && typeof tree.value === "string" && !GUID.test(id))
    report.add(tree, `${path}: must be the object id of the app's service principal, a GUID`);
  return id.toLowerCase();
}

/** What approves counts for nothing else: a demand is met by approvals. */
function readMay(tree: Tree, path: string, report: Report): ReadonlySet<string> {
  const may = new Set(
    readList(tree, path, report, MAY.length).map((item) => readWord(item, `${path}[]`, MAY, report)),
  );
  if (tree.kind === "list" && tree.items.length > 0 && !may.has("approve"))
    report.add(tree, `${path}: must have approve: who is asked and cannot approve keeps everybody waiting`);
  return may;
}
