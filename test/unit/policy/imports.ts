import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** One import of a file. */
interface Import {
  /** Absolute path of one of our files, or the name of a package. */
  readonly to: string;
  /** Loaded with the file; else only its types are known to it, or it is loaded when it is needed. */
  readonly isLoaded: boolean;
}

const STATIC = /^(?:import|export)\s+(type\s)?(?:[^;"']*?\sfrom\s+)?["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\("([^"]+)"\)/g;

/** All that a file of ours imports. */
export function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, "utf8");
  const target = (specifier = ""): string =>
    specifier.startsWith(".") ? resolve(dirname(file), specifier) : specifier;
  return [
    ...Array.from(text.matchAll(STATIC), ([, type, to]) => ({ to: target(to), isLoaded: !type })),
    ...Array.from(text.matchAll(DYNAMIC), ([, to]) => ({ to: target(to), isLoaded: false })),
  ];
}

/** All that is loaded together with a file: our files by their absolute paths, and packages by their names. */
export function loadedWith(file: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const visit = (each: string): void => {
    if (loaded.has(each)) return;
    loaded.add(each);
    if (!each.endsWith(".ts")) return;
    for (const { to, isLoaded } of importsOf(each)) if (isLoaded) visit(to);
  };
  visit(file);
  return loaded;
}

/** A circle of imports among these files, also of types, in their order; null when there is none. */
export function circleAmong(files: ReadonlySet<string>): readonly string[] | null {
  const isDone = new Set<string>();
  const visit = (file: string, way: readonly string[]): readonly string[] | null => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (isDone.has(file)) return null;
    for (const { to } of importsOf(file)) {
      const circle = files.has(to) ? visit(to, [...way, file]) : null;
      if (circle !== null) return circle;
    }
    isDone.add(file);
    return null;
  };
  for (const file of files) {
    const circle = visit(file, []);
    if (circle !== null) return circle;
  }
  return null;
}
