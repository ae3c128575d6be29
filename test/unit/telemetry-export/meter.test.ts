import { expect, test } from "vitest";
import { Measurements } from "../../../shared/telemetry-export/meter.ts";

const MINUTE = 60_000;

test("a gauge that nobody has told for some sweeps is told no more, since another instance may know better; counts stay", () => {
  let now = 0;
  const figures = new Measurements(() => now);
  const meter = figures.getMeter();
  const told = () =>
    figures.read().map(({ name, points }) => [name, points.map((point) => "value" in point && point.value)]);
  meter.createGauge("waiting").record(3, { kind: "old" });
  meter.createCounter("decided").add(1);

  now = 10 * MINUTE;
  meter.createGauge("waiting").record(5, { kind: "new" });
  expect(told()).toEqual([
    ["waiting", [3, 5]],
    ["decided", [1]],
  ]);

  now = 16 * MINUTE;
  expect(told()).toEqual([
    ["waiting", [5]],
    ["decided", [1]],
  ]);
  now = 30 * MINUTE;
  expect(told()).toEqual([["decided", [1]]]);
  meter.createGauge("waiting").record(0);
  expect(told()).toEqual([
    ["waiting", [0]],
    ["decided", [1]],
  ]);
});
