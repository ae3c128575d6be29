import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { buildPage } from "./build-page.ts";

const ROOT = join(import.meta.dirname, "..");
const OUT = "dist/main.cjs";

/** The Functions host provides this module to the app; it is in no package. */
const FROM_THE_HOST = ["@azure/functions-core"];

/** Bundles the app, with its pages, into the one file that is deployed. @returns its size, as a line for people. */
export async function buildApp(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["functions/main.ts"],
    outfile: OUT,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: FROM_THE_HOST,
    // durable-functions takes the one for CommonJS; a second copy for us would be loaded at every start.
    alias: { "@opentelemetry/api": createRequire(import.meta.url).resolve("@opentelemetry/api") },
    // In the bundle, since in the host a path relative to the working directory leads nowhere.
    define: {
      "import.meta.url": "BUNDLE_URL",
      INBOX_PAGE: JSON.stringify(await buildPage("inbox")),
      LINK_PAGE: JSON.stringify(await buildPage("link")),
    },
    // The SDK of blobs makes a `require` of its own from it, and does not load without.
    banner: { js: 'const BUNDLE_URL = require("node:url").pathToFileURL(__filename).href;' },
    // Identifiers stay, so that stack traces name functions; `keepNames` would cost 40 ms at every start.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: "linked",
    logLevel: "warning",
    write: false,
  });
  for (const { path, contents } of outputFiles) await replaceFile(path, contents);
  const bundle = await readFile(join(ROOT, OUT));
  return `${OUT}: ${bundle.length} bytes, ${gzipSync(bundle).length} bytes gzipped`;
}

/** At once: another stack on this machine may be starting its app from the file at this moment. */
async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const neighbour = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(neighbour, contents);
  await rename(neighbour, path);
}

if (import.meta.main) console.log(await buildApp());
