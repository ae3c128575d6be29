/** What the address holds of a link: of which request it is, and what opens it. */
export interface Address {
  readonly id: string;
  /** A JWS. It stands behind `#`, which no browser sends. */
  readonly token: string;
}

const ADDRESS = /^#\/requests\/(pec-[0-9a-f]{32})\/([\w-]+\.[\w-]+\.[\w-]+)$/;

/** @param hash with its `#` @returns null where it is no whole link */
export function addressIn(hash: string): Address | null {
  const [, id, token] = ADDRESS.exec(hash) ?? [];
  return id === undefined || token === undefined ? null : { id, token };
}
