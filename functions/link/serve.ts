import type { App } from "../kit/app.ts";
import { type PageFiles, registerPage } from "../kit/page.ts";

/** The page that opens links. Nobody signs in to it, and it reaches nothing but the API. */
export const registerLinkPage = (app: () => App, files: PageFiles): void =>
  registerPage(app, {
    name: "link",
    files,
    connectsTo: () => [],
    onlyRead: "A link shows something, and nothing can be done by it. Sign in to the inbox to decide.",
  });
