import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

const SOURCE = join(import.meta.dirname, "../functions/inbox/page");
const HTML = "index.html";
/** What the HTML names; each becomes a file of its own. */
const ENTRIES = ["main.tsx", "main.css"];

/** The files of a page by name; each is text. */
export type PageFiles = Readonly<Record<string, string>>;

/**
 * Bundles the inbox's page: `index.html`, and what it needs under names that change with what is in them, so that
 * browsers may keep those for good.
 */
export async function buildPage(): Promise<PageFiles> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: SOURCE,
    entryPoints: ENTRIES,
    entryNames: "[name]-[hash]",
    outdir: SOURCE,
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2024",
    // The classic form of markup takes a few hundred bytes less than the automatic one, which the page's own settings name for
    // the checker of types; esbuild would follow those.
    jsx: "transform",
    jsxFactory: "h",
    jsxFragment: "Fragment",
    inject: ["jsx.ts"],
    tsconfigRaw: {},
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    write: false,
  });
  let html = await readFile(join(SOURCE, HTML), "utf8");
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs))
    html = html.replaceAll(`"${entryPoint}"`, `"${basename(path)}"`);
  const others = outputFiles.map(({ path, text }) => [basename(path), text] as const);
  return { [HTML]: html, ...Object.fromEntries(others) };
}
