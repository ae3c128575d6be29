import { useEffect, useRef } from "preact/hooks";
import { useTitle } from "../hooks.ts";

/** A view's heading and the tab's title; the focus goes there when the view opens. */
export function Heading({ children }: { readonly children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [children]);
  useTitle(children);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
