// A small server for tests: one session, requests with one effect, and shared texts.
import * as Y from "yjs";
import { decodeFrame, encodeFrame } from "../src/documents/frames.ts";
import type { Frame } from "../src/environment.ts";
import { type Act, SESSION, Session } from "./session.ts";
import { settled, type Wire, type World } from "./world.ts";

interface Place {
  joined: boolean;
  sent: number;
  /** Updates taken on each channel. */
  counts: Map<number, number>;
}

/** A server whose frames arrive when the test delivers them. */
export class Server {
  readonly session = new Session();
  readonly doc = new Y.Doc();
  readonly #acks = new Map<string, number>();
  readonly #places = new Map<Wire, Place>();
  #clientIds = 100;

  constructor(world: World) {
    world.onOpen = (wire) => {
      this.#places.set(wire, { joined: false, sent: 0, counts: new Map() });
    };
  }

  get wires(): Wire[] {
    return [...this.#places.keys()].filter((wire) => wire.isOpen);
  }

  /** The text is a shared document from now on. */
  share(id: string): void {
    this.session.shared(id);
    this.#tellEvents();
  }

  /** Something happens that is not the client's doing. */
  happen(act: Act): void {
    this.session.take(act);
    this.#tellEvents();
  }

  /** Open every handshake and deliver everything, until nothing is on its way. */
  async rest(world: World, clients = 1): Promise<void> {
    for (let quiet = 0, round = 0; quiet < 3; round += 1) {
      if (round > 500) {
        throw new Error("it does not come to rest");
      }
      let isQuiet = this.wires.length === clients;
      for (const wire of this.wires) {
        wire.open();
        while (wire.isOpen && wire.up.length + wire.down.length > 0) {
          isQuiet = false;
          this.up(wire);
          this.down(wire);
          await settled();
        }
      }
      quiet = isQuiet ? quiet + 1 : 0;
      await world.pass(1);
    }
  }

  /** Deliver the next frame of a client. */
  up(wire: Wire): void {
    const frame = wire.up.shift();
    const place = this.#places.get(wire);
    if (frame === undefined || place === undefined) {
      return;
    }
    if (typeof frame === "string") {
      this.#take(wire, place, JSON.parse(frame));
    } else {
      this.#takeFrame(wire, place, frame);
    }
    this.#tellEvents();
  }

  /** Deliver the next frame to a client. */
  down(wire: Wire): void {
    const frame = wire.down.shift();
    if (frame !== undefined) {
      wire.give(frame);
    }
  }

  #take(wire: Wire, place: Place, message: Record<string, unknown>): void {
    const id = message.request_id as string | undefined;
    switch (message.type) {
      case "join_session": {
        const resume = message.resume as { seq: number } | undefined;
        place.joined = true;
        place.sent = resume?.seq ?? this.session.seq;
        this.#put(wire, this.session.snapshot(resume !== undefined));
        break;
      }
      case "chat_message": {
        const known = this.#acks.get(`${id}`);
        const seq = known ?? this.session.say("me", `${message.content}`);
        this.#acks.set(`${id}`, seq);
        this.#tellEvents();
        this.#put(wire, { type: "ack", session_id: SESSION, request_id: id, seq });
        break;
      }
      case "presence_update":
        this.#put(wire, {
          type: "ack",
          session_id: SESSION,
          request_id: id,
          seq: this.session.seq,
        });
        break;
      case "open_document":
        this.#open(wire, place, message, id);
        break;
    }
  }

  #open(wire: Wire, place: Place, message: Record<string, unknown>, id: string | undefined): void {
    place.counts.set(1, 0);
    this.#clientIds += 1;
    this.#put(wire, {
      ...{ type: "document_opened", session_id: SESSION, request_id: id },
      ...{ document_id: message.document_id, generation: "g0", channel: 1, clock: 0 },
      ...{ client_id: this.#clientIds, can_edit: true },
    });
    const state = message.state as string | undefined;
    const known = state === undefined ? undefined : Uint8Array.from(Buffer.from(state, "base64"));
    const update = Y.encodeStateAsUpdate(this.doc, known);
    wire.down.push(encodeFrame(1, { kind: "syncStep2", update }));
  }

  #takeFrame(wire: Wire, place: Place, frame: Uint8Array): void {
    const [channel, message] = decodeFrame(frame);
    if (message.kind === "syncStep1") {
      const update = Y.encodeStateAsUpdate(this.doc, message.state);
      wire.down.push(encodeFrame(channel, { kind: "syncStep2", update }));
    } else if (message.kind === "update") {
      Y.applyUpdate(this.doc, message.update);
      const count = (place.counts.get(channel) ?? 0) + 1;
      place.counts.set(channel, count);
      wire.down.push(encodeFrame(channel, { kind: "persisted", count }));
      for (const [other, { counts }] of this.#places) {
        if (other !== wire && other.isOpen && counts.has(channel)) {
          other.down.push(encodeFrame(channel, { kind: "update", update: message.update }));
        }
      }
    }
  }

  #tellEvents(): void {
    for (const [wire, place] of this.#places) {
      if (place.joined && wire.isOpen) {
        for (const event of this.session.events.slice(place.sent)) {
          this.#put(wire, event);
        }
        place.sent = this.session.seq;
      }
    }
  }

  #put(wire: Wire, message: unknown): void {
    wire.down.push(JSON.stringify(message) satisfies Frame);
  }
}
