import type { App } from "../kit/app.ts";
import { type PageFiles, registerPage } from "../kit/page.ts";

/** The page for people, which reaches the issuer of tokens, too. */
export const registerInbox = (app: () => App, files: PageFiles): void =>
  registerPage(app, {
    name: "inbox",
    files,
    connectsTo: ({ config }) => [new URL(config.SIGN_IN_ISSUER).origin],
    onlyRead: "The inbox is a page; decide through the API.",
  });
