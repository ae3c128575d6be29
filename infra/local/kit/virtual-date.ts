import type { Clock } from "./clock.ts";

/**
 * Makes `Date` tell the time of another clock, in the whole process and for the rest of its life. An app that is loaded
 * afterwards need not know. `performance`, `setTimeout` and `Intl` without a date stay with the machine.
 */
export function tellTimeOf(clock: Clock): void {
  const machineDate = Date;
  const now = (): number => clock.now();
  globalThis.Date = new Proxy(machineDate, {
    apply: () => new machineDate(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
  // So that `date.constructor` is `Date`, for those who compare.
  machineDate.prototype.constructor = globalThis.Date;
}
