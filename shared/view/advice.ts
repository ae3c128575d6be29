/** What helps: `reload` reads the request anew, `done` means that what was wanted is so already. */
export type NextStep = "signIn" | "reload" | "tryAgain" | "correct" | "askSomebody" | "done";

/** What a person can do about an answer that was not the one hoped for. */
export interface Advice {
  readonly next: NextStep;
  readonly sentence: string;
}

const SIGN_IN: Advice = {
  next: "signIn",
  sentence: "Your sign-in is over. Sign in again.",
};
/** Only integrations are told so, and whoever tries by hand what they do. */
const SIGN_ANEW: Advice = {
  next: "correct",
  sentence: "The message proves no integration. Sign it with its key, as of now.",
};
const MISCONFIGURED: Advice = {
  next: "askSomebody",
  sentence: "Tell those who run the app: the sign-in gives a token that the app does not take.",
};
const ODD: Advice = {
  next: "reload",
  sentence: "The app does not take this. Load the page again, or bring the command line up to date.",
};

const ASK_AGAIN: Advice = {
  next: "askSomebody",
  sentence: "The link shows nothing any more. Ask whoever sent it for a new one, or sign in to the inbox.",
};

const FIVE_HUNDREDS: Advice = {
  next: "tryAgain",
  sentence: "The app has a fault. Try again in a minute; if that does not help, tell those who run it.",
};

/** By the `code` of a problem, never by its text. */
const ADVICE: Readonly<Record<string, Advice>> = {
  // The token.
  noToken: SIGN_IN,
  notSignedIn: SIGN_IN,
  tokenExpired: SIGN_IN,
  tokenNotYetValid: {
    next: "tryAgain",
    sentence: "Your token is not valid yet. Compare the clocks, wait a minute, then try again.",
  },
  claimsRequired: {
    next: "signIn",
    sentence: "The policy demands a stronger sign-in for this. Sign in again.",
  },
  wrongAudience: MISCONFIGURED,
  wrongIssuer: MISCONFIGURED,
  wrongAlgorithm: MISCONFIGURED,
  wrongSignature: MISCONFIGURED,
  unknownKey: MISCONFIGURED,
  incompleteToken: MISCONFIGURED,
  noAccessToken: MISCONFIGURED,
  foreignToken: {
    next: "askSomebody",
    sentence: "Your account is not of this tenant. Sign in with one that is.",
  },
  wrongClient: {
    next: "askSomebody",
    sentence: "This app may not sign people in here. Tell those who run it.",
  },
  wrongScope: {
    next: "askSomebody",
    sentence: "Your sign-in lacks a permission that this needs. Ask an administrator to consent to it.",
  },
  wrongRole: {
    next: "askSomebody",
    sentence: "You lack the app role that this needs. Ask an administrator for it, then sign in again.",
  },
  notAPerson: { next: "askSomebody", sentence: "Only a person can do this. Sign in as one." },
  tooManyGroups: {
    next: "askSomebody",
    sentence:
      "You are in more groups than a token can list, so nobody can tell what you are asked. Ask an administrator to limit the token to the approver groups.",
  },
  noGroups: {
    next: "askSomebody",
    sentence: "Your token lists no group. Ask an administrator to put you into a group that the policy asks.",
  },
  noRole: { next: "askSomebody", sentence: "You have no role in this app. Ask an administrator for Reader." },
  noScope: {
    next: "askSomebody",
    sentence: "Your sign-in lacks the permissions of this app. Ask an administrator to consent to them.",
  },

  // The review.
  notAnApprover: {
    next: "askSomebody",
    sentence: "You are in none of the groups that are asked. Leave it to those who are.",
  },
  selfReview: {
    next: "askSomebody",
    sentence: "You asked for this connection yourself. Another approver must review it.",
  },
  mayNotReject: {
    next: "askSomebody",
    sentence:
      "The policy lets this integration approve only. A person must reject, or the policy must let it.",
  },
  unknownIntegration: {
    next: "askSomebody",
    sentence: "The policy names no such integration. Those who keep the policy must add it.",
  },
  wrongIntegration: {
    next: "askSomebody",
    sentence:
      "The policy names another app for this integration. Those who keep the policy must name this one.",
  },
  notAnApp: { next: "signIn", sentence: "Only an app can do this, with a token of its own." },
  noSignature: SIGN_ANEW,
  oldMessage: SIGN_ANEW,
  foreignSignature: SIGN_ANEW,
  alreadyReviewed: { next: "done", sentence: "Your review counts already." },
  reasonRequired: { next: "correct", sentence: "Say why: the policy demands a reason here." },
  notReviewed: {
    next: "reload",
    sentence: "There is no review of yours to withdraw. Look at the request again.",
  },
  alreadyDecided: { next: "reload", sentence: "It is decided already. Look at the request again." },
  changed: {
    next: "reload",
    sentence: "What is asked has changed since you looked. Look at what changed, then answer again.",
  },
  neverAsked: { next: "reload", sentence: "Nobody was asked that. Look at the request again." },
  deadlinePassed: {
    next: "reload",
    sentence: "The time to answer is over. Look at the request again; an expired one can be reopened.",
  },
  notWaiting: {
    next: "reload",
    sentence: "It does not wait for people any more. Look at the request again.",
  },
  notExpired: { next: "reload", sentence: "Only what expired can be reopened. Look at the request again." },
  notFailed: { next: "reload", sentence: "Only what failed can be retried. Look at the request again." },
  // The link, as the page tells whoever has it.
  noLink: { next: "correct", sentence: "The link is incomplete. Copy the whole of it, then try again." },
  brokenLink: ASK_AGAIN,
  linkForAnother: ASK_AGAIN,
  linkExpired: ASK_AGAIN,
  linkOutdated: ASK_AGAIN,
  linkClosed: {
    next: "askSomebody",
    sentence: "The request is closed. Ask whoever sent you the link how it ended, or sign in to the inbox.",
  },
  noLinks: {
    next: "askSomebody",
    sentence: "Links are not set up here. Those who run the app must set LINK_KEYS.",
  },
  notFound: {
    next: "askSomebody",
    sentence: "There is no such request. Compare the address, or look for it in the list.",
  },

  // The request as HTTP.
  badRequest: {
    next: "correct",
    sentence: "Something in it cannot be understood. Correct it, then try again.",
  },
  methodNotAllowed: ODD,
  lengthRequired: ODD,
  unsupportedMediaType: ODD,
  tooLarge: { next: "correct", sentence: "It is too long. Shorten it, then try again." },

  tooMany: { next: "correct", sentence: "That is too often. Wait as long as it says, then try again." },

  // The app.
  tryLater: { next: "tryAgain", sentence: "The app cannot tell right now. Try again in a minute." },
  notRecorded: {
    next: "tryAgain",
    sentence: "Nothing can be read right now, since reading could not be recorded. Try again in a minute.",
  },
  internal: FIVE_HUNDREDS,
  signInUnavailable: {
    next: "tryAgain",
    sentence: "Sign-ins cannot be checked right now. Try again in a minute.",
  },
  noInbox: {
    next: "askSomebody",
    sentence: "Signing in is not set up here. Those who run the app must set INBOX_CLIENT_ID.",
  },
};

const FOUR_HUNDREDS: Advice = {
  next: "reload",
  sentence: "That was refused. Look at the request again, then decide what to do.",
};
const UNREACHED: Advice = {
  next: "tryAgain",
  sentence: "The app did not answer. Look whether it took what you did, before you do it again.",
};

/**
 * What to do next after a problem document.
 * @param status of the answer; null where none came
 */
export function adviceFor(code: string | null, status: number | null = null): Advice {
  const known = code !== null && Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
  if (known !== undefined) return known;
  if (status === null) return UNREACHED;
  if (status === 401) return SIGN_IN;
  return status >= 500 ? FIVE_HUNDREDS : FOUR_HUNDREDS;
}
