// What markup becomes calls of, in every file: esbuild names these in its own.
export { Fragment, h } from "preact";
