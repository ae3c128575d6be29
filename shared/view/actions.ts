import type { ScreenInput, Viewer } from "./input.ts";
import { isOver } from "./relative.ts";

/** Something that the person who looks may do; why not, where they may not, and else what it does. */
export interface Action {
  readonly enabled: boolean;
  readonly because: string;
}

export interface Actions {
  readonly approve: Action;
  readonly reject: Action;
  readonly withdraw: Action;
  readonly retry: Action;
  readonly reopen: Action;
}

const may = (because: string): Action => ({ enabled: true, because });
const mayNot = (because: string): Action => ({ enabled: false, because });

/** What the person may do is the API's word; the moment alone can have taken it back since. */
export function actionsOf({
  request,
  viewer,
  now,
}: Pick<ScreenInput, "request" | "viewer" | "now">): Actions {
  if (viewer === null) {
    const none = mayNot("Sign in to answer.");
    return { approve: none, reject: none, withdraw: none, retry: none, reopen: none };
  }
  const late =
    request.state === "waiting" && isOver(request.ask.deadline, now)
      ? mayNot("The time to answer is over.")
      : null;
  return {
    approve: late ?? approve(viewer),
    reject: late ?? reject(viewer),
    withdraw: late ?? withdraw(viewer),
    retry: viewer.mayRetry
      ? may("Has the app try at once what failed.")
      : mayNot(request.closure?.outcome === "failed" ? viewer.because : "Only what failed can be retried."),
    reopen: viewer.mayReopen
      ? may("Asks again, with a new deadline.")
      : mayNot(
          request.closure?.outcome === "expired" ? viewer.because : "Only what expired can be reopened.",
        ),
  };
}

const approve = ({ mayReview, because, review, mayWithdraw }: Viewer): Action => {
  if (review?.review === "approve" && mayWithdraw)
    return mayNot("You approved it already. You may still reject it, or withdraw.");
  return mayReview ? may("Counts as one approval, for good once it is decided.") : mayNot(because);
};

/** Who approved may still say no, as long as nothing is decided. */
const reject = ({ mayReview, mayWithdraw, because, review }: Viewer): Action =>
  mayReview || (mayWithdraw && review?.review === "approve")
    ? may("One rejection is enough, and it is for good.")
    : mayNot(because);

const withdraw = ({ mayWithdraw, because, review }: Viewer): Action => {
  if (mayWithdraw) return may("Takes your review back.");
  return mayNot(review === null ? "There is no review of yours to withdraw." : because);
};
