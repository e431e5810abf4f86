// Whatever breaks on the way: each message has one effect, in order, and the replica ends equal.
import fc from "fast-check";
import { expect, it } from "vitest";
import { Client } from "../src/client.ts";
import { decodeServerMessage } from "../src/decode.ts";
import { Replica } from "../src/replica.ts";
import type { PendingStore } from "../src/stores.ts";
import { plain } from "./cases.ts";
import { Server } from "./server.ts";
import { acts, SESSION } from "./session.ts";
import { settled, World } from "./world.ts";

const LINK = { address: "h:1", sessionId: SESSION, tls: false, prefix: "" };

/** Kept like a browser keeps it: beyond the client. */
function lastingStore(): PendingStore {
  const kept = new Map<string, string>();
  return {
    load: async () => [...kept.values()].map((text) => JSON.parse(text) as unknown),
    put: async (id, entry) => void kept.set(id, JSON.stringify(entry)),
    remove: async (id) => void kept.delete(id),
  };
}

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant({ kind: "say" as const }) },
    { weight: 8, arbitrary: fc.constant({ kind: "up" as const }) },
    { weight: 8, arbitrary: fc.constant({ kind: "down" as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: "others" as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: "cut" as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: "wait" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "reload" as const }) },
  ),
  { maxLength: 80 },
);

it("loses nothing and says nothing twice", async () => {
  await fc.assert(
    fc.asyncProperty(steps, acts, async (plan, history) => {
      const world = new World();
      const server = new Server(world);
      const store = lastingStore();
      const make = () =>
        new Client({ link: LINK, credentials: { authToken: "t" }, environment: world, store });
      let client = make();
      client.start();
      const said: string[] = [];
      const others = [...history];
      for (const { kind } of plan) {
        const wire = server.wires.at(-1);
        switch (kind) {
          case "say":
            said.push(`message ${said.length}`);
            void client.chat.send(said.at(-1) ?? "");
            break;
          case "up":
            if (wire?.up.length === 0) {
              wire.open();
            } else if (wire !== undefined) {
              server.up(wire);
            }
            break;
          case "down":
            if (wire !== undefined) {
              server.down(wire);
            }
            break;
          case "others":
            for (const act of others.splice(0, 3)) {
              server.happen(act);
            }
            break;
          case "cut":
            wire?.end();
            break;
          case "wait":
            await world.pass(2);
            break;
          case "reload":
            await settled(); // the last message is kept before the page can end
            client.close();
            client = make();
            client.start();
            break;
        }
        await settled();
      }
      await server.rest(world);
      expect(client.state).toBe("joined");
      expect(client.unsent.items).toEqual([]);
      expect(server.session.told).toEqual(said);
      expect(plain(client.replica.state())).toEqual(plain(fresh(server).state()));
      client.close();
    }),
    { numRuns: Number(process.env.PEERLINE_RUNS ?? 150) },
  );
});

function fresh(server: Server): Replica {
  const replica = new Replica();
  const read = decodeServerMessage(JSON.stringify(server.session.snapshot()));
  if (read !== undefined) {
    replica.apply(read);
  }
  return replica;
}
