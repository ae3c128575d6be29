/** What a browser shows after it was sent somewhere: a page, or the address of the app that it was led to. */
export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** Where it was redirected to; undefined when a page is shown. */
  readonly to: URL | undefined;
}

/** As much of a browser as a sign-in page needs: cookies, forms, and no script. */
export interface Browser {
  open(url: string | URL): Promise<Shown>;
  /** Presses a button of the form on the page that is shown. `origin` is the page's own unless told otherwise. */
  press(name: string, value: string, origin?: string): Promise<Shown>;
  /** The cookies that it keeps, by name, as they were set. */
  cookies(): ReadonlyMap<string, string>;
}

export function aBrowser(): Browser {
  const cookies = new Map<string, string>();
  let at = new URL("about:blank");
  const go = async (url: URL, init: RequestInit): Promise<Shown> => {
    const cookie = [...cookies].map(([name, set]) => `${name}=${set.split(";")[0]}`).join("; ");
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const cut = line.indexOf("=");
      if (line.includes("Max-Age=0")) cookies.delete(line.slice(0, cut));
      else cookies.set(line.slice(0, cut), line.slice(cut + 1));
    }
    at = url;
    const location = response.headers.get("location");
    return {
      status: response.status,
      headers: response.headers,
      html: await response.text(),
      to: location === null ? undefined : new URL(location),
    };
  };
  return {
    open: (url) => go(new URL(url), { method: "GET" }),
    press: (name, value, origin = at.origin) =>
      go(at, { method: "POST", headers: { origin }, body: new URLSearchParams({ [name]: value }) }),
    cookies: () => cookies,
  };
}
