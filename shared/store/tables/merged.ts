import type { StoredRow } from "./table.ts";

/** Rows of several partitions, each in the order of its keys, as one in that order. */
export async function* merged(streams: readonly AsyncGenerator<StoredRow>[]): AsyncGenerator<StoredRow> {
  const heads = await Promise.all(streams.map(async (stream) => ({ stream, next: await stream.next() })));
  for (;;) {
    let first: { stream: AsyncGenerator<StoredRow>; next: IteratorResult<StoredRow> } | null = null;
    for (const head of heads)
      if (head.next.done !== true && (first === null || head.next.value.rowKey < first.next.value.rowKey))
        first = head;
    if (first === null) return;
    yield first.next.value;
    first.next = await first.stream.next();
  }
}
