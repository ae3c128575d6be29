import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  readonly heading: string;
  /** What the picture says, for whoever does not see it and whoever has no time. */
  readonly sentence: string;
  readonly children?: ComponentChildren;
}

/** A picture with its heading and what it says. */
export function Figure({ heading, sentence, children }: Props) {
  const id = useId();
  return (
    <figure class="part" aria-labelledby={id}>
      <figcaption>
        <h2 id={id}>{heading}</h2>
        <p>{sentence}</p>
      </figcaption>
      {children}
    </figure>
  );
}
