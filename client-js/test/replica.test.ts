// snapshot + events = fresh snapshot, and resumed = never away, for any history.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeServerMessage } from "../src/decode.ts";
import type { ServerMessage } from "../src/generated/protocol.ts";
import { Replica } from "../src/replica.ts";
import { plain } from "./cases.ts";
import { acts, Session } from "./session.ts";

function overTheWire(message: ServerMessage): ServerMessage {
  const read = decodeServerMessage(JSON.stringify(message));
  if (read === undefined) {
    throw new Error(`${message.type} is not known`);
  }
  return read;
}

function take(replica: Replica, messages: readonly (ServerMessage | undefined)[]): void {
  for (const message of messages) {
    if (message !== undefined) {
      replica.apply(overTheWire(message));
    }
  }
}

function replicaAt(session: Session, seq: number): Replica {
  const replica = new Replica();
  take(replica, [session.snapshots[seq]]);
  return replica;
}

/** A history with two places in it, the first not behind the second. */
const histories = acts
  .map((plan) => new Session(plan))
  .chain((session) => {
    const place = fc.nat(session.seq);
    return fc.record({ session: fc.constant(session), one: place, two: place });
  })
  .map(({ session, one, two }) => ({
    session,
    early: Math.min(one, two),
    late: Math.max(one, two),
  }));

describe("the replica", () => {
  it("equals a fresh snapshot after a snapshot and its events", () => {
    fc.assert(
      fc.property(histories, ({ session, early }) => {
        const replica = replicaAt(session, early);
        take(replica, session.events.slice(early));
        const fresh = replicaAt(session, session.seq);
        expect(plain(replica.state())).toEqual(plain(fresh.state()));
        expect([...replica.threads.keys()]).toEqual([...fresh.threads.keys()]);
      }),
    );
  });

  it("is after a resumed connection as if it had never been away, whatever is repeated", () => {
    fc.assert(
      fc.property(histories, ({ session, early, late }) => {
        const replica = replicaAt(session, 0);
        take(replica, session.events.slice(0, late));
        take(replica, [session.snapshot(true), ...session.events.slice(early)]);
        expect(plain(replica.state())).toEqual(plain(replicaAt(session, session.seq).state()));
      }),
    );
  });

  it("notices every event that is missing, and takes nothing after it", () => {
    fc.assert(
      fc.property(histories, ({ session, early }) => {
        fc.pre(early + 1 < session.seq);
        const replica = replicaAt(session, early);
        const before = plain(replica.state());
        const next = session.events[early + 1];
        expect(next && replica.apply(overTheWire(next))).toEqual([
          { kind: "gap", expected: early + 1, got: early + 2 },
        ]);
        expect(plain(replica.state())).toEqual(before);
      }),
    );
  });

  it("is never changed by what it was given, or by what it gave", () => {
    fc.assert(
      fc.property(histories, ({ session }) => {
        const replica = new Replica();
        const given = [session.snapshots[0], ...session.events];
        for (const message of given) {
          if (message !== undefined) {
            const read = deepFreeze(overTheWire(message));
            deepFreeze(replica.apply(read));
          }
        }
        expect(replica.seq).toBe(session.seq);
      }),
    );
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
