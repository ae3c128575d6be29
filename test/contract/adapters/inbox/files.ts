import type { PageFiles } from "../../../../functions/kit/page.ts";

/** A page; its script is long enough to be worth compressing. */
export const FILES: PageFiles = {
  "index.html": "<!doctype html><title>The inbox</title>",
  "main-1.js": `"${"all work and no play ".repeat(100)}";`,
  "main-2.css": "body { color: red }",
  "notes.txt": "Files of no known type are not for browsers.",
};
