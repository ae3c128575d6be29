import { existsSync, readFileSync } from "node:fs";

/**
 * Loaded before npm's scripts, so that a person who has not installed everything reads one sentence and no stack. This is
 * plain JavaScript without packages: the Node that reads it may be an old one of the user's, which knows no TypeScript.
 */
const ROOT = new URL("../../", import.meta.url);
const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));

const complaint = missingPackage() ?? oldNode();
if (complaint !== undefined) {
  console.error(complaint);
  process.exit(1);
}

function missingPackage() {
  const isMissing = (name) => !existsSync(new URL(`node_modules/${name}/package.json`, ROOT));
  const missing = Object.keys({ ...dependencies, ...devDependencies }).find(isMissing);
  return missing && `The package ${missing} is not installed; install all that is needed with: npm ci`;
}

/** npm puts the Node of the package `node` first on the PATH, but only the package's install script brings it. */
function oldNode() {
  const { node } = process.versions;
  const needed = devDependencies.node;
  if (node.localeCompare(needed, "en", { numeric: true }) >= 0) return undefined;
  return `Node ${node} is too old; npm skipped the install script that brings Node ${needed}, so run it with: npm rebuild node --ignore-scripts=false`;
}
