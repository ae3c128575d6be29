/**
 * What this broker uses of rhea beyond its published typings, in one place.
 *
 * rhea is a client library that can also accept; a broker needs a few of its inner parts. All names below were read in
 * rhea 3.0.5 (`lib/session.js`, `lib/link.js`, `lib/types.js`, `lib/message.js`).
 */
import rhea, { type Connection, type Delivery, type Receiver, type Sender, type Typed } from "rhea";
import type { Refusal } from "./errors.ts";

interface Writer {
  write(value: Typed): void;
  toBuffer(): Buffer;
}

interface Types {
  readonly Writer: new () => Writer;
  readonly Reader: new (bytes: Buffer) => { read(): Typed };
  readonly Timestamp: { readonly typecode: number };
  List32(items: readonly (Typed | null)[]): Typed;
  Map32(items: readonly Typed[]): Typed;
  wrap(value: unknown): Typed;
  wrap_array(items: readonly unknown[], typecode: number): Typed;
  wrap_int(value: number): Typed;
  wrap_long(value: number): Typed;
  wrap_string(value: string): Typed;
  wrap_symbolic_map(map: Readonly<Record<string, Typed>>): Typed;
  wrap_timestamp(epochMs: number): Typed;
  wrap_uint(value: number): Typed;
  wrap_ulong(value: number): Typed;
  described_nc(descriptor: Typed, value: Typed): Typed;
}

/** An AMQP message as rhea decodes it; everything in it comes from outside. */
export type DecodedMessage = Readonly<Record<string, unknown>>;

interface Messages {
  encode(message: object): Buffer;
  decode(bytes: Buffer): DecodedMessage;
  data_section(bytes: Buffer): unknown;
  accepted(): { described(): unknown };
  rejected(fields: { error: Refusal }): { described(): unknown };
}

/** AMQP's types: builders of typed values, and the codec for them. */
export const types = rhea.types as unknown as Types;

/** AMQP's messages: whole-message codec and delivery outcomes. */
export const messages = rhea.message as unknown as Messages;

/** A transfer we sent, with the parts that rhea lets only its client side settle. */
export interface OutgoingDelivery {
  readonly tag: Buffer;
  readonly remote_state?: DecodedMessage;
  remote_settled: boolean;
  update(settled: boolean, state: unknown): void;
}

/** A link we send on, with its flow control. `credit` falls only when rhea writes, on the next tick. */
export interface OutgoingLink extends Sender {
  credit: number;
  delivery_count: number;
  issue_flow: boolean;
  readonly _draining: boolean;
  readonly _drained: boolean;
  readonly local: { readonly attach: { snd_settle_mode: number; rcv_settle_mode: number } };
  _get_drain(): boolean;
}

interface InnerSession {
  readonly outgoing: { available(): number };
  on_transfer(frame: { performative: { message_format: number | null | undefined } }): void;
}

/** Not 0, so rhea leaves the bytes alone. Only rhea and we see this number, never a peer. */
const RAW_FORMAT = 0xffffffff;

/** Free places in the ring of deliveries of this link's session; rhea throws when it overflows. */
export function freePlaces(link: Sender): number {
  return (link.session as unknown as InnerSession).outgoing.available();
}

/** Makes rhea write what was changed by hand (a flow, say) on the next tick. */
export function writeSoon(connection: Connection): void {
  connection._register();
}

/**
 * Makes every message of this session arrive as the bytes that were sent.
 *
 * rhea decodes messages of format 0, and decoding loses AMQP types; it hands over other formats undecoded.
 */
export function receiveRawBytes(session: unknown): void {
  const inner = session as InnerSession;
  const onTransfer = inner.on_transfer.bind(session);
  inner.on_transfer = (frame) => {
    frame.performative.message_format ||= RAW_FORMAT;
    onTransfer(frame);
  };
}

/** One for all: rhea answers a row of deliveries with one disposition when their outcomes are "accepted". */
const ACCEPTED = messages.accepted().described();

/** Answers a delivery of ours for good: the outcome, settled. */
export function answer(delivery: OutgoingDelivery, refusal: Refusal | null): void {
  delivery.update(true, refusal ? messages.rejected({ error: refusal }).described() : ACCEPTED);
  // A peer in settle mode "second" never sends its own settlement, and rhea would keep the delivery's place for ever.
  delivery.remote_settled = true;
}

/** Takes over what a client delivered. */
export function accept(delivery: Delivery): void {
  delivery.update(true, ACCEPTED as object);
}

/** One message that arrived on a receiver. */
export interface Arrived {
  readonly bytes: Buffer;
  readonly format: number;
  readonly delivery: Delivery;
}

/** Calls `arrived` for every message that comes in on this link. */
export function onMessage(receiver: Receiver, arrived: (message: Arrived) => void): void {
  receiver.on("message", (context: { message: Buffer; format: number; delivery: Delivery }) => {
    arrived({ bytes: context.message, format: context.format, delivery: context.delivery });
  });
}
