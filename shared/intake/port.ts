/** Where messages go that cannot be understood, for people to look at. */
export interface Quarantine {
  /** Keeps the body, as much as fits a message, and the message id as they came, with the reason beside them. */
  put(message: {
    readonly body: Uint8Array;
    readonly messageId: string;
    readonly because: string;
  }): Promise<void>;
}
