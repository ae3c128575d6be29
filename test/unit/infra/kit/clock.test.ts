import { expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../../../infra/local/kit/clock.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Timers fire when they are told to; the time itself stays the machine's. */
function stopTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}

test("the machine's clock sleeps for longer than a timer of Node can", () => {
  stopTimers();
  const wake = vi.fn();

  const cancel = systemClock.wakeAt(systemClock.now() + 60 * DAY_MS, wake);
  vi.advanceTimersByTime(30 * DAY_MS);
  const timers = vi.getTimerCount();
  cancel();

  expect(wake).not.toHaveBeenCalled();
  expect(timers).toBe(1);
});

test("the machine's clock wakes nobody before the time, even when a timer fires too early", () => {
  stopTimers();
  const wake = vi.fn();
  const cancel = systemClock.wakeAt(systemClock.now() + HOUR_MS, wake);

  vi.advanceTimersByTime(HOUR_MS);

  expect(wake).not.toHaveBeenCalled();
  cancel();
});

test("the machine's clock wakes at once for a time that has passed, but not before it has returned", () => {
  stopTimers();
  const wake = vi.fn();

  systemClock.wakeAt(systemClock.now() - 1, wake);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(0);

  expect(wake).toHaveBeenCalledOnce();
});
