import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

const HTML = "index.html";

/** The pages: what the HTML of each names, which becomes files of its own, and what every file of it may use. */
const PAGES = {
  inbox: { entries: ["main.tsx", "main.css"], inject: ["jsx.ts"] },
  link: { entries: ["main.ts", "main.css"], inject: [] },
} as const;

/** The files of a page by name; each is text. */
export type PageFiles = Readonly<Record<string, string>>;

/**
 * Bundles a page: `index.html`, and what it needs under names that change with what is in them, so that
 * browsers may keep those for good.
 */
export async function buildPage(page: keyof typeof PAGES): Promise<PageFiles> {
  const source = join(import.meta.dirname, "../functions", page, "page");
  const { entries, inject } = PAGES[page];
  const { outputFiles, metafile } = await build({
    absWorkingDir: source,
    entryPoints: [...entries],
    entryNames: "[name]-[hash]",
    outdir: source,
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2024",
    // The classic form of markup takes a few hundred bytes less than the automatic one, which the page's own settings name for
    // the checker of types; esbuild would follow those.
    jsx: "transform",
    jsxFactory: "h",
    jsxFragment: "Fragment",
    inject: [...inject],
    tsconfigRaw: {},
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    write: false,
  });
  let html = await readFile(join(source, HTML), "utf8");
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs))
    html = html.replaceAll(`"${entryPoint}"`, `"${basename(path)}"`);
  const others = outputFiles.map(({ path, text }) => [basename(path), text] as const);
  return { [HTML]: html, ...Object.fromEntries(others) };
}
