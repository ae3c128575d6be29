import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { withoutForeignFrames } from "./errors.ts";

/**
 * Follows what an app loads, to tell where it went wrong: Node keeps the place of an ES module's syntax error, and of
 * an import that leads nowhere, to itself, unless the error ends the process.
 */
export class LoadTrace {
  readonly #files = new Set<string>();
  readonly #hooks: ReturnType<typeof registerHooks>;
  #lost: { readonly specifier: string; readonly importer: string } | undefined;

  constructor() {
    this.#hooks = registerHooks({
      resolve: (specifier, context, nextResolve) => {
        try {
          const found = nextResolve(specifier, context);
          this.#files.add(found.url);
          return found;
        } catch (error) {
          this.#lost = { specifier, importer: context.parentURL ?? "" };
          throw error;
        }
      },
    });
  }

  stop(): void {
    this.#hooks.deregister();
  }

  /** The file, the line and the words of a syntax error in one of the app's own files; undefined when none has one. */
  syntaxError(): string | undefined {
    for (const file of this.#ownFiles().reverse()) {
      const problem = /\.m?ts$/.test(file) ? checkTypeScript(file) : checkJavaScript(file);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** `file:line` of the last import that led nowhere. */
  lostImport(): string | undefined {
    if (this.#lost === undefined || !this.#lost.importer.startsWith("file:")) return undefined;
    const { specifier, importer } = this.#lost;
    const file = fileURLToPath(importer);
    const lines = readFileSync(file, "utf8").split("\n");
    const index = lines.findIndex((line) =>
      [`"${specifier}"`, `'${specifier}'`].some((quoted) => line.includes(quoted)),
    );
    return index < 0 ? file : `${file}:${index + 1}`;
  }

  #ownFiles(): string[] {
    const own = [...this.#files].filter(
      (url) => /^file:.*\.[cm]?[jt]s$/.test(url) && !url.includes("/node_modules/"),
    );
    return own.map((url) => fileURLToPath(url));
  }
}

/** What Node says about a file when all it does is to parse it; undefined when all is well. */
function checkJavaScript(file: string): string | undefined {
  return complaintOf(["--check", file]);
}

/** `--check` reads JavaScript only. Types are replaced by blanks, so lines and columns stay. */
function checkTypeScript(file: string): string | undefined {
  const parse = `
    const source = require("node:module").stripTypeScriptTypes(require("node:fs").readFileSync(process.argv[1], "utf8"));
    new (require("node:vm").SourceTextModule)(source, { identifier: process.argv[1] });`;
  return complaintOf(["--no-warnings", "--experimental-vm-modules", "--eval", parse, file]);
}

/** Without the frames, which are not the app's, and the line with Node's version. */
function complaintOf(args: string[]): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status === 0) return undefined;
  return withoutForeignFrames(stderr.replace(/\n +at \[eval.*|\nNode\.js v\S+\s*$/g, ""));
}
