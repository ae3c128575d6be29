import { createHash } from "node:crypto";
import { Html, html } from "../kit/html.ts";
import type { ReturnAddress } from "./authorize-request.ts";
import { type Person, userPrincipalName } from "./directory.ts";
import type { EntraError } from "./errors.ts";
import type { Reply } from "./reply.ts";

const STYLE = `
:root { color-scheme: light dark; font: 100%/1.5 "Segoe UI", system-ui, sans-serif; }
body { margin: 0 auto; max-width: 34rem; padding: 1.5rem 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
p { overflow-wrap: anywhere; }
ul { list-style: none; margin: 0; padding: 0; }
li { margin: 0 0 0.5rem; }
button { background: Canvas; border: 1px solid GrayText; border-radius: 4px; color: CanvasText; cursor: pointer;
  font: inherit; padding: 0.5rem 0.75rem; text-align: start; width: 100%; }
button:hover { border-color: CanvasText; }
button:focus-visible { outline: 3px solid Highlight; outline-offset: 1px; }
button span { display: block; font-size: 0.875rem; }
`;
const STYLE_HASH = `sha256-${createHash("sha256").update(STYLE).digest("base64")}`;

/** The page on which one picks who one is; whoever the app expects stands first. */
export function askForPerson(
  people: readonly Person[],
  { client, redirectUri }: ReturnAddress,
  loginHint: string | undefined,
): Reply {
  const isHinted = (person: Person) => userPrincipalName(person) === loginHint;
  const inOrder = [...people.filter(isHinted), ...people.filter((person) => !isHinted(person))];
  const choices = inOrder.map(
    (person) =>
      html`<li><button name="person" value="${person.name}"><strong>${person.displayName}</strong> <span>${userPrincipalName(person)} · ${person.about}</span></button></li>`,
  );
  return page(
    200,
    "Who are you?",
    html`<p>Sign in to ${client.name}. This page stands in for Microsoft Entra: it asks for no password, and you are whoever you pick.</p>
<form method="post"><ul>${choices}</ul>${BACK}</form>`,
    redirectUri,
  );
}

/** The page that asks for a second factor, because the app wants an authentication context that needs one. */
export function askForSecondFactor(
  person: Person,
  { client, redirectUri }: ReturnAddress,
  contexts: readonly string[],
): Reply {
  return page(
    200,
    "Confirm that it is you",
    html`<p>${client.name} asks ${person.displayName} for a second factor (authentication context ${contexts.join(", ")}). In Azure you would confirm on your phone or with your key.</p>
<form method="post"><p><button name="second-factor" value="shown"><strong>Confirm</strong></button></p>${BACK}</form>`,
    redirectUri,
  );
}

const BACK = html`<p><button name="back" value="yes">Back to the app without signing in</button></p>`;

/** The page that says why there is no way on: nothing is sent to an address that nobody vouches for. */
export function refusalPage(refusal: EntraError): Reply {
  return page(refusal.status, "You cannot be signed in", html`<p>${refusal.message}</p>`);
}

/** The page at the end of a session, for whom no app is waiting. */
export const signedOutPage = (): Reply =>
  page(
    200,
    "You signed out",
    html`<p>You can close this page. Apps that you used keep their tokens until those expire.</p>`,
  );

/** A page that runs nothing and loads nothing. `answersTo`: where its form may lead in the end. */
function page(status: number, title: string, content: Html, answersTo?: string): Reply {
  const goesTo = answersTo === undefined ? "'none'" : `'self' ${new URL(answersTo).origin}`;
  const policy = [
    "default-src 'none'",
    `style-src '${STYLE_HASH}'`,
    // Browsers hold the redirects that follow a form to it as well.
    `form-action ${goesTo}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    status,
    headers: {
      "content-security-policy": policy.join("; "),
      // The form must say where it came from, and nobody else needs to know.
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    },
    body: html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><main><h1>${title}</h1>
${content}</main></body>
</html>
`,
  };
}
