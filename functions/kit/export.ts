import { setImmediate } from "node:timers/promises";
import type { HttpResponseInit } from "@azure/functions";
import type { Outgoing } from "./outgoing.ts";
import { HEADERS } from "./problem.ts";
import type { ExportType } from "./representation.ts";

/** Some lines of a file, without their ends, and how many records or requests they are; none, where a look found none. */
export interface ExportPage {
  readonly lines: readonly string[];
  readonly count: number;
}
export type Pages = AsyncIterator<ExportPage, void>;

const END = { "text/csv": "\r\n", "application/x-ndjson": "\n" } as const satisfies Record<
  ExportType,
  string
>;
const EXTENSION = { "text/csv": "csv", "application/x-ndjson": "ndjson" } as const;

/**
 * An answer that goes out page by page, as fast as it is read: no more than a page is in memory. Where a page cannot be
 * had, the line is cut, which no client takes for the end, and the execution fails.
 * @param begun the first page, which was read before anything was answered
 */
export function streamed(
  type: ExportType,
  name: string,
  begun: IteratorResult<ExportPage, void>,
  pages: Pages,
  line: Outgoing,
): HttpResponseInit {
  const bytesOf = (lines: readonly string[]) =>
    new TextEncoder().encode(lines.map((one) => `${one}${END[type]}`).join(""));
  let next: IteratorResult<ExportPage, void> | null = begun;
  const leave = async () => void (await pages.return?.());
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          // A store that answers without waiting for anything would let nobody else have a turn.
          for (; await line.drained(); await setImmediate()) {
            const { done, value } = next ?? (await pages.next());
            next = null;
            if (done === true) return controller.close();
            if (value.lines.length > 0) return controller.enqueue(bytesOf(value.lines));
          }
          await leave();
          controller.close();
        } catch (error) {
          line.cut();
          controller.error(error);
        }
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
  const headers = {
    ...HEADERS,
    "content-type": type === "text/csv" ? `${type}; charset=utf-8; header=present` : type,
    "content-disposition": `attachment; filename="${name}.${EXTENSION[type]}"`,
    vary: "accept, authorization",
  };
  return { status: 200, headers, body };
}
