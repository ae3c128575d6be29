import type { ComponentChildren } from "preact";

interface Props {
  readonly heading: string;
  /** What the picture says, for whoever does not see it and whoever has no time. */
  readonly sentence: string;
  readonly children?: ComponentChildren;
}

/** A picture with its heading and what it says, which is its name. */
export const Figure = ({ heading, sentence, children }: Props) => (
  <figure class="part">
    <figcaption>
      <h2>{heading}</h2>
      <p>{sentence}</p>
    </figcaption>
    {children}
  </figure>
);
