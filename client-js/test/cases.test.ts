// The Python client's decisions, made by this one too. tests/contract/test_client_cases.py is the
// same for Python.
import { describe, expect, it } from "vitest";
import { Backoff } from "../src/backoff.ts";
import { mayRejoin } from "../src/codes.ts";
import { assignColors } from "../src/colors.ts";
import { DecodeError, decodeServerMessage, mayBeNewer, namesSession } from "../src/decode.ts";
import { TooManyRequests } from "../src/errors.ts";
import { isAnotherServer, ofClose, ofRefusal } from "../src/failures.ts";
import type { ErrorCode, Error as Refusal } from "../src/generated/protocol.ts";
import { editorUrl, parseLink, webSocketUrl } from "../src/link.ts";
import { LinkError } from "../src/linkError.ts";
import { PendingQueue, type Typed } from "../src/pending.ts";
import { Replica } from "../src/replica.ts";
import { revealControls } from "../src/text.ts";
import { cleanToken } from "../src/tokens.ts";
import { inWords } from "../src/words.ts";
import { cases, plain } from "./cases.ts";

interface ReplicaCase {
  name: string;
  steps: { message: unknown; changes: unknown[] }[];
  end: {
    state: unknown;
    me: [string, string] | null;
    presence: Record<string, unknown>;
    thread_order: string[];
    offers: string[];
    drafts: string[];
    has_moderation: boolean;
  };
}

describe("the replica", () => {
  it.each(cases<ReplicaCase>("replica"))("$name", ({ steps, end }) => {
    const replica = new Replica();
    for (const { message, changes } of steps) {
      const read = decodeServerMessage(JSON.stringify(message));
      expect(read).toBeDefined();
      expect(plain(read && replica.apply(read))).toEqual(changes);
    }
    const { user, role } = replica.connected ?? {};
    expect(plain(replica.state())).toEqual(end.state);
    expect(user && [user.username, role]).toEqual(end.me);
    const presence = [...replica.participants].map(([id, person]) => [id, person.presence]);
    expect(plain(Object.fromEntries(presence))).toEqual(end.presence);
    expect([...replica.threads.keys()]).toEqual(end.thread_order);
    expect(replica.offers.map((offer) => offer.user_id)).toEqual(end.offers);
    expect(replica.drafts.map((draft) => draft.id)).toEqual(end.drafts);
    expect(replica.moderation !== undefined).toBe(end.has_moderation);
  });
});

interface DecodingCase {
  frame: string;
  message?: unknown;
  error?: string;
  may_be_newer: boolean;
  names_session: boolean;
}

describe("the decoder", () => {
  it.each(cases<DecodingCase>("decoding"))("reads $frame", (given) => {
    const { frame, message, error } = given;
    if (error === undefined) {
      expect(plain(decodeServerMessage(frame))).toEqual(message);
    } else {
      expect(() => decodeServerMessage(frame)).toThrow(
        expect.objectContaining({ name: DecodeError.name, code: error }),
      );
    }
    expect(mayBeNewer(frame)).toBe(given.may_be_newer);
    expect(namesSession(frame, "session1")).toBe(given.names_session);
  });
});

interface LinkCase {
  text: string;
  link?: unknown;
  error?: string;
  editor?: string;
  socket?: string;
}

describe("a link", () => {
  it.each(cases<LinkCase>("links"))("in $text", ({ text, link, error, editor, socket }) => {
    if (error === undefined) {
      const found = parseLink(text);
      expect(found).toEqual(link);
      expect([editorUrl(found), webSocketUrl(found)]).toEqual([editor, socket]);
    } else {
      expect(() => parseLink(text)).toThrow(new LinkError(error));
    }
  });
});

it.each(cases<{ text: string | null; token: string | null }>("tokens"))(
  "the token $text",
  ({ text, token }) => {
    expect(cleanToken(text ?? undefined) ?? null).toBe(token);
  },
);

it.each(cases<{ message: string; text: string }>("words"))(
  "the refusal $message",
  ({ message, text }) => {
    expect(inWords("INVALID_FIELD", message)).toBe(text);
  },
);

it.each(cases<{ ids: string[]; colors: Record<string, number> }>("colors"))(
  "the colors of $ids",
  ({ ids, colors }) => {
    expect(Object.fromEntries(assignColors(ids))).toEqual(colors);
  },
);

interface BackoffCase {
  random: number;
  plan: (number | null)[];
  delays: (number | null)[];
}

it.each(cases<BackoffCase>("backoff"))("waits $delays", ({ random, plan, delays }) => {
  const backoff = new Backoff(() => random, 0.5, 30);
  const found = plan.map((advised) => {
    if (advised === -1) {
      backoff.succeeded();
      return null;
    }
    return backoff.nextDelay(advised ?? undefined);
  });
  expect(found).toEqual(delays);
});

interface CloseCase {
  code: number;
  reason: string;
  advised: number | null;
  told: ErrorCode | null;
  failure: unknown;
}

it.each(cases<CloseCase>("closes"))("the close $code $reason", (given) => {
  const { code, reason, advised, told, failure } = given;
  expect(ofClose({ code, reason }, advised ?? undefined, told ?? undefined)).toEqual(failure);
});

it.each(cases<{ error: Refusal; failure: unknown; may_rejoin: boolean }>("refusals"))(
  "the refusal $error.error_code",
  ({ error, failure, may_rejoin }) => {
    expect(ofRefusal(error)).toEqual(failure);
    expect(mayRejoin(error.error_code)).toBe(may_rejoin);
  },
);

it.each(cases<{ code: ErrorCode | null; expired: boolean; is_other: boolean }>("other_servers"))(
  "another server: $code",
  ({ code, expired, is_other }) => {
    expect(isAnotherServer(code ?? undefined, expired)).toBe(is_other);
  },
);

interface PendingCase {
  name: string;
  plan: [string, ...string[]][];
  results: (string | null)[];
  head: string | null;
  dump: unknown[];
}

describe("the queue of unsent messages", () => {
  it.each(cases<PendingCase>("pending"))("$name", ({ plan, results, head, dump }) => {
    const queue = new PendingQueue(3, 500);
    const start = Date.parse("2026-01-02T03:04:05.006Z");
    const found = plan.map((step, minute) => {
      try {
        carryOut(queue, step, new Date(start + minute * 60_000).toISOString());
        return null;
      } catch (error) {
        expect(error).toBeInstanceOf(TooManyRequests);
        return (error as Error).message;
      }
    });
    expect(found).toEqual(results);
    expect(queue.head()?.requestId ?? null).toBe(head);
    expect(queue.dump()).toEqual(dump);
    const again = new PendingQueue(3, 500);
    expect(again.load([...dump, null, {}, { message: { type: "cursor_update" } }])).toBe(3);
    expect(again.dump()).toEqual(dump);
  });
});

function carryOut(queue: PendingQueue, step: [string, ...string[]], now: string): void {
  const [act, id = "", two = "", three = ""] = step;
  switch (act) {
    case "add":
      queue.add(chat(id, two), now);
      break;
    case "resolve":
      queue.add(
        {
          type: "resolve_comment",
          session_id: "session1",
          request_id: id,
          comment_id: two,
          resolved: true,
        },
        now,
      );
      break;
    case "resend":
      queue.resend(id, chat(two, three), now);
      break;
    case "mark_sent":
      queue.markSent(id, two);
      break;
    case "settle":
      queue.settle(id);
      break;
    case "refuse":
      queue.refuse(id, { code: two, text: three });
      break;
    case "refuse_all":
      queue.refuseAll({ code: id, text: two });
      break;
    case "come_as":
      queue.comeAs(id);
      break;
    case "discard":
      queue.discard(id);
      break;
    default:
      throw new Error(`${act} is not known`);
  }
}

function chat(id: string, content: string): Typed {
  // In the order of the Python client, whose bytes are counted.
  return { type: "chat_message", session_id: "session1", request_id: id, content, mentions: [] };
}

interface RevealedCase {
  text: string;
  shown: string;
  exact: string;
}

describe("revealControls", () => {
  it.each(cases<RevealedCase>("revealed"))("of $shown", ({ text, shown, exact }) => {
    expect(revealControls(text)).toBe(shown);
    expect(revealControls(text, "\n\t", true)).toBe(exact);
  });
});
