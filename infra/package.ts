import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync, zipSync } from "fflate";
import { buildApp } from "./build.ts";

const HELP = `Makes what is deployed: a folder and a zip with the app, its host settings and its policy, and nothing else.

Usage: npm run package -- [options]

  --policy FILE   the policy to build in (default policy.yaml)
  --out DIR       where to put app/ and app.zip (default dist)
  --help          this text`;

const ROOT = join(import.meta.dirname, "..");
/** What a package may hold: what is not in this list is not deployed, whatever lies about in the repository. */
const FILES = ["host.json", "package.json", "main.cjs", "policy.json"] as const;
/** A worker loads the bundle at each cold start, from the network. Bytes, gzipped. */
const MOST_BYTES = 1_200_000;
/** Of each file in the zip, so that the same app is the same zip. Zips know no time zone. */
const NO_TIME = new Date(2000, 0, 1);

const [written, failed, misused] = [0, 1, 2];

/** The package's own description: all that a worker needs of ours. Azure's packages in the bundle need Node 22. */
async function description(): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const app = { name, version, license, private: true, main: "main.cjs", engines: { node: ">=22" } };
  return `${JSON.stringify(app, null, 2)}\n`;
}

/** The bundle without the line that names its map, which stays here. */
const bundle = async (): Promise<string> =>
  (await readFile(join(ROOT, "dist/main.cjs"), "utf8")).replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n");

/** Builds the policy into the package, by the command that people use. @returns its exit code */
function buildPolicy(policy: string, out: string): number {
  const program = join(ROOT, "shared/policy-tools/cli/main.ts");
  const { status } = spawnSync(process.execPath, [program, "build", policy, "--out", out], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return status ?? failed;
}

/** Makes the package. @returns the exit code */
async function makePackage(policy: string, out: string): Promise<number> {
  const [app, zip] = [join(out, "app"), join(out, "app.zip")];
  // Before anything can fail, so that nobody deploys the last one for this one.
  for (const old of [app, zip]) await rm(old, { recursive: true, force: true });
  await buildApp();
  await mkdir(app, { recursive: true });
  const said = buildPolicy(policy, join(app, "policy.json"));
  if (said !== written) return said;
  await copyFile(join(ROOT, "host.json"), join(app, "host.json"));
  await writeFile(join(app, "package.json"), await description());
  await writeFile(join(app, "main.cjs"), await bundle());
  const contents = await Promise.all(
    FILES.map(async (name) => [name, await readFile(join(app, name))] as const),
  );
  const gzipped = contents.reduce((sum, [, content]) => sum + gzipSync(content).length, 0);
  await writeFile(zip, zipSync(Object.fromEntries(contents), { level: 9, mtime: NO_TIME }));
  for (const [name, content] of contents) console.log(`${name}: ${content.length} bytes`);
  console.log(`${relative(process.cwd(), zip)}: ${gzipped} bytes gzipped`);
  if (gzipped <= MOST_BYTES) return written;
  console.error(
    `The package has more than ${MOST_BYTES} bytes: see what came into the bundle, or raise the limit.`,
  );
  return failed;
}

/** What somebody typed; null when it makes no sense, which is said. */
function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        policy: { type: "string", default: "policy.yaml" },
        out: { type: "string", default: "dist" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : String(error)}\nTry: npm run package -- --help`,
    );
    return null;
  }
}

const options = parsed(process.argv.slice(2));
if (options === null) process.exitCode = misused;
else if (options.help) console.log(HELP);
else process.exitCode = await makePackage(resolve(options.policy), resolve(options.out));
