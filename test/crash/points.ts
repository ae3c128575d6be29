import { watchAmqp } from "./borders/amqp.ts";
import { watchHttp } from "./borders/http.ts";
import { watchSqlite } from "./borders/sqlite.ts";
import { Control, type Order, type Side } from "./control.ts";

/**
 * A victim loads this before everything else (`--import`). It watches the borders of the runtime, where what a process
 * did becomes true for others, and kills the process at one of them when it is told to. Neither the app nor a stand-in
 * knows.
 */
const { CRASH_CONTROL: folder, CRASH_VICTIM: victim } = process.env;
if (folder === undefined || victim === undefined)
  throw new Error("CRASH_CONTROL and CRASH_VICTIM must be set.");
const control = new Control(folder, victim);

let stamp: bigint | undefined;
let order: Order | undefined;
let passages = 0;

/** Every watcher calls this at its points, in the very turn in which the process passes them. */
function pass(what: string, side: Side): void {
  const now = control.stamp();
  if (now !== stamp) {
    stamp = now;
    order = now === undefined ? undefined : control.read();
    passages = 0;
  }
  switch (order?.kind) {
    case undefined:
      return;
    case "record":
      control.note({ what, side });
      return;
    case "die":
      if (what !== order.passage.what || side !== order.passage.side) return;
      passages += 1;
      if (passages === order.nth) control.die();
  }
}

control.isHere(process.pid);
watchSqlite(pass);
watchHttp(pass);
watchAmqp(pass);
