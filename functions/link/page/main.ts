import { addressIn } from "./address.ts";
import { type Answer, ask } from "./ask.ts";
import { drawn, drawnRefusal } from "./draw.ts";

const INCOMPLETE: Answer = {
  refusal: {
    heading: "The link is incomplete",
    sentence: "Copy the whole of it, with all that stands behind #. Or ask whoever sent it for a new one.",
  },
};

/** Shows what the address says, and puts focus on its heading. */
async function show(place: Element): Promise<void> {
  const { hash } = location;
  const address = addressIn(hash);
  const answer = address === null ? INCOMPLETE : await ask(address, fetch);
  // Another link was opened meanwhile.
  if (location.hash !== hash) return;
  place.replaceChildren(...("shown" in answer ? drawn(answer.shown) : drawnRefusal(answer.refusal, address)));
  const heading = place.querySelector("h1");
  document.title = `${heading?.textContent} – Private endpoint approval`;
  heading?.focus();
}

const place = document.getElementById("view");
if (place !== null) {
  void show(place);
  addEventListener("hashchange", () => void show(place));
}
