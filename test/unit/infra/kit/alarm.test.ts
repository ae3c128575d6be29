import { expect, test } from "vitest";
import { createAlarm } from "../../../../infra/local/kit/alarm.ts";
import { HandClock } from "../../../fixtures/hand-clock.ts";

function anAlarm() {
  const clock = new HandClock();
  const start = clock.now();
  const rings: number[] = [];
  const alarm = createAlarm(() => rings.push(clock.now() - start), clock);
  return { alarm, clock, start, rings };
}

test("an alarm rings once, at the moment it was last set to", () => {
  const { alarm, clock, start, rings } = anAlarm();
  alarm.set(start + 10);
  alarm.set(start + 30);
  alarm.set(start + 20);

  for (let ms = 0; ms < 40; ms += 10) clock.pass(10);

  expect(rings).toEqual([20]);
});

test("an alarm that has rung can be set again, also to the same moment", () => {
  const { alarm, clock, start, rings } = anAlarm();
  alarm.set(start + 10);
  clock.pass(10);

  alarm.set(start + 10);
  clock.pass(0);

  expect(rings).toEqual([10, 10]);
});

test("an alarm that is off does not ring, and can be set again", () => {
  const { alarm, clock, start, rings } = anAlarm();
  alarm.set(start + 10);

  alarm.off();
  clock.pass(10);
  alarm.set(start + 10);
  clock.pass(0);

  expect(rings).toEqual([10]);
});
