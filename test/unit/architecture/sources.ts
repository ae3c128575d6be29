import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What follows `from` or `import`, dynamic and type-only imports included; Biome keeps the quotes double. */
const RELATIVE_IMPORT = /\b(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g;

/** A file as it is named in the repository, and the files of the repository that it imports. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** Every TypeScript file of the app, its stand-ins and its tests, with all that it imports of them. */
export function importsOfAll(): Imports {
  const pattern = "{functions,shared,infra,test}/**/*.{ts,tsx}";
  const files = globSync(pattern, { cwd: ROOT, exclude: (name) => name === "node_modules" });
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      const named = [...text.matchAll(RELATIVE_IMPORT)].map(([, specifier = ""]) =>
        relative(ROOT, join(ROOT, dirname(file), specifier)),
      );
      return [file, [...new Set(named)].filter((other) => known.has(other))];
    }),
  );
}

/** Imports and exports that are loaded with their file: neither those of types nor dynamic ones. */
const LOADED = /^(?:import|export)\s+(?!type\s)(?:[^;"']*?\sfrom\s+)?"([^"]+)"/gm;

/** All that is loaded together with a file: our files as they are named in the repository, and packages by their names. */
export function loadedWith(entry: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    if (!file.endsWith(".ts")) return;
    for (const [, specifier = ""] of textOf(file).matchAll(LOADED))
      visit(specifier.startsWith(".") ? join(dirname(file), specifier) : specifier);
  };
  visit(entry);
  return loaded;
}

/** What stands in a file of the repository. */
export const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** The room that a file stands in: a folder of `shared`, `infra/azure` or `infra/local`, a file beside them, a page, or the top folder. */
export function roomOf(file: string): string {
  const [page] = /^functions\/\w+\/page(?=\/)/.exec(file) ?? [];
  if (page !== undefined) return page;
  const [top = "", second = "", third = "", fourth] = file.split("/");
  if (top === "test") return "test";
  if (top === "infra") return fourth === undefined ? "infra" : `infra/${second}/${third}`;
  if (top === "functions") return second === "kit" ? "functions/kit" : "functions";
  return `shared/${second}`;
}

/**
 * Groups of files that import one another in a circle.
 * @see https://en.wikipedia.org/wiki/Tarjan%27s_strongly_connected_components_algorithm
 */
export function circlesIn(imports: Imports): readonly string[][] {
  const numbers = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const number = numbers.size;
    let low = number;
    numbers.set(file, number);
    path.push(file);
    for (const other of imports.get(file) ?? []) {
      if (!numbers.has(other)) low = Math.min(low, visit(other));
      else if (path.includes(other)) low = Math.min(low, numbers.get(other) ?? low);
    }
    if (low === number) {
      const circle = path.splice(path.indexOf(file));
      if (circle.length > 1) circles.push(circle.toSorted());
    }
    return low;
  };
  for (const file of imports.keys()) if (!numbers.has(file)) visit(file);
  return circles;
}
