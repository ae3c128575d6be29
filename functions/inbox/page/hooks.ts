import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Instant } from "../../../shared/connection/connection.ts";
import { useInbox } from "./inbox.ts";
import type { Reply } from "./reply.ts";
import { type Route, routeOf } from "./route.ts";
import type { Store } from "./store.ts";
import { Watch, type Watched } from "./watch.ts";

/** What a store holds, now and whenever that changes; of another store, at once what that one holds. */
export function useStore<T>(store: Store<T>): T {
  const [, render] = useState(0);
  const value = store.get();
  useEffect(() => {
    const follow = () => render((times) => times + 1);
    if (!Object.is(store.get(), value)) follow();
    return store.subscribe(follow);
  }, [store]);
  return value;
}

/** Relative times are at most this old. */
const TICK_MS = 20_000;

/** What time it is for the app, at every rendering and at least every so often. */
export function useNow(): Instant {
  const { clock } = useInbox();
  const [, tick] = useState(0);
  useStore(clock.offset);
  useEffect(() => {
    const timer = setInterval(() => tick((ticks) => ticks + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return new Date(clock.now()).toISOString() as Instant;
}

/** Where the address leads. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return useMemo(() => routeOf(hash), [hash]);
}

export interface Watching<T> extends Watched<T> {
  /** Looks now, after whatever look is under way. @returns what is so then; null where the look failed */
  look(): Promise<T | null>;
}

/**
 * What the API says at an address, again and again while the page is seen; null is no address. Nothing of one address is
 * shown at another.
 */
export function useWatch<T>(path: string | null, isMoving?: (value: T) => boolean): Watching<T> {
  const { client, decided } = useInbox();
  const moving = useRef(isMoving);
  moving.current = isMoving;
  const watch = useMemo(
    () =>
      new Watch<T>(
        () => client.get<T>(path ?? ""),
        (value) => moving.current?.(value) ?? false,
      ),
    [client, path],
  );
  useEffect(() => {
    if (path === null) return;
    const follow = () => watch.seen(document.visibilityState === "visible");
    follow();
    document.addEventListener("visibilitychange", follow);
    addEventListener("focus", follow);
    const unsubscribe = decided.subscribe(() => void watch.lookAgain());
    return () => {
      unsubscribe();
      document.removeEventListener("visibilitychange", follow);
      removeEventListener("focus", follow);
      watch.end();
    };
  }, [watch, path, decided]);
  const state = useStore(watch.state);
  const look = async (): Promise<T | null> => {
    await watch.lookAgain();
    const { value, refusal } = watch.state.get();
    return refusal === null ? value : null;
  };
  return { ...state, look };
}

/** What the API says at an address, once, and once more whenever `version` is another one; null is no address. */
export function useRead<T>(path: string | null, version: unknown = null): Reply<T> | null {
  const { client } = useInbox();
  const [read, setRead] = useState<{ readonly path: string; readonly reply: Reply<T> } | null>(null);
  useEffect(() => {
    if (path === null) return;
    let isWanted = true;
    void client.get<T>(path).then((reply) => isWanted && setRead({ path, reply }));
    return () => {
      isWanted = false;
    };
  }, [client, path, version]);
  return read !== null && read.path === path ? read.reply : null;
}

/** What the tab is called; null leaves that to others. */
export function useTitle(title: string | null): void {
  useEffect(() => {
    if (title !== null) document.title = `${title} · Private endpoint approvals`;
  }, [title]);
}

let ids = 0;

/** An id for what names what on the page. Preact's own takes more bytes than the page has left. */
export const useId = (): string => useState(() => `i${++ids}`)[0];
