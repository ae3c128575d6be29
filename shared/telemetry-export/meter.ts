import {
  type Attributes,
  createNoopMeter,
  type Meter,
  type MeterProvider,
  type MetricOptions,
} from "@opentelemetry/api";
import { BOUNDS, type Measured, type Point } from "./port.ts";

/** Sets of attributes that one figure keeps; more than these are counted as one, whatever somebody lets grow. */
const MAX_POINTS = 200;
const OVERFLOW: Attributes = { "otel.metric.overflow": true };

/**
 * How it is now is told by whichever instance swept last. An instance that has told nothing for so long, some sweeps, does not
 * know any more, and must not go on saying so.
 */
const GAUGE_LIFE_MS = 15 * 60_000;

interface Instrument extends Omit<Measured, "points"> {
  readonly points: Map<string, Point>;
  /** When each point was last told. */
  readonly toldAt: Map<string, number>;
}

/** Keeps every figure since it was made; of gauges what was told lately. */
export class Measurements implements MeterProvider {
  readonly #now: () => number;
  readonly #instruments = new Map<string, Instrument>();
  readonly #meter: Meter = Object.assign(createNoopMeter(), {
    createCounter: (name: string, options?: MetricOptions) => {
      const one = this.#instrument("counter", name, options);
      return { add: (value: number, attributes?: Attributes) => add(one, value, attributes) };
    },
    createGauge: (name: string, options?: MetricOptions) => {
      const one = this.#instrument("gauge", name, options);
      return { record: (value: number, attributes?: Attributes) => set(one, value, this.#now(), attributes) };
    },
    createHistogram: (name: string, options?: MetricOptions) => {
      const one = this.#instrument("histogram", name, options);
      return { record: (value: number, attributes?: Attributes) => fill(one, value, attributes) };
    },
  });

  /** @param now in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  getMeter(): Meter {
    return this.#meter;
  }

  read(): readonly Measured[] {
    return [...this.#instruments.values()].flatMap((one) => {
      if (one.kind === "gauge") forgetOld(one, this.#now());
      const { kind, name, unit, description, points } = one;
      return points.size === 0 ? [] : [{ kind, name, unit, description, points: [...points.values()] }];
    });
  }

  #instrument(kind: Measured["kind"], name: string, { unit = "", description = "" }: MetricOptions = {}) {
    const known = this.#instruments.get(name);
    if (known !== undefined) return known;
    const made: Instrument = { kind, name, unit, description, points: new Map(), toldAt: new Map() };
    this.#instruments.set(name, made);
    return made;
  }
}

const keyOf = (attributes: Attributes): string =>
  JSON.stringify(Object.entries(attributes).toSorted(([one], [other]) => (one < other ? -1 : 1)));

/** Replaces a point by what comes of it. */
function change(
  { points }: Instrument,
  wanted: Attributes = {},
  next: (attributes: Attributes, before: Point | undefined) => Point,
): void {
  const isKnown = points.has(keyOf(wanted));
  const attributes = isKnown || points.size < MAX_POINTS ? wanted : OVERFLOW;
  points.set(keyOf(attributes), next(attributes, points.get(keyOf(attributes))));
}

const set = (one: Instrument, value: number, at: number, wanted?: Attributes): void =>
  change(one, wanted, (attributes) => {
    one.toldAt.set(keyOf(attributes), at);
    return { attributes, value };
  });

function forgetOld({ points, toldAt }: Instrument, now: number): void {
  for (const [key, at] of toldAt) {
    if (now - at <= GAUGE_LIFE_MS) continue;
    points.delete(key);
    toldAt.delete(key);
  }
}

const add = (one: Instrument, value: number, wanted?: Attributes): void =>
  change(one, wanted, (attributes, before) => ({
    attributes,
    value: (before !== undefined && "value" in before ? before.value : 0) + value,
  }));

const EMPTY = { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };

function fill(one: Instrument, value: number, wanted?: Attributes): void {
  const bucket = BOUNDS.findIndex((bound) => value <= bound);
  const index = bucket === -1 ? BOUNDS.length : bucket;
  change(one, wanted, (attributes, before) => {
    const { count, sum, min, max, buckets } =
      before !== undefined && "buckets" in before
        ? before
        : { ...EMPTY, buckets: Array<number>(BOUNDS.length + 1).fill(0) };
    return {
      attributes,
      count: count + 1,
      sum: sum + value,
      min: Math.min(min, value),
      max: Math.max(max, value),
      buckets: buckets.map((some, at) => (at === index ? some + 1 : some)),
    };
  });
}
