import type { TextCheck } from "@peerline/ui/generated/protocol";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  Checks,
  hashOf,
  INTERVAL_MS,
  QUIET_MS,
  type VersionedText,
  withLf,
} from "../../src/documents/checks";

const URI = "file:///a.py";

let texts: Map<string, VersionedText>;
let sent: TextCheck[];
let checks: Checks;

beforeEach(() => {
  vi.useFakeTimers();
  texts = new Map([[URI, { version: 3, text: "a\r\né\r\n" }]]);
  sent = [];
  checks = new Checks(
    (uri) => texts.get(uri),
    (check) => sent.push(check),
  );
});

afterEach(() => {
  checks.dispose();
  vi.useRealTimers();
});

it("sends the hash of the text with LF line ends after quiet, with its version", () => {
  checks.changed(URI);
  vi.advanceTimersByTime(QUIET_MS - 1);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(1);
  // printf 'a\né\n' | sha256sum
  const hash = "sha256:3b8e79201784bc682391208841e1a8828ef127e472db56268550ec614ae629b8";
  expect(sent).toEqual([{ uri: URI, version: 3, hash }]);
});

it("knows the hashes that everybody has", () => {
  expect(hashOf("")).toBe(
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

it("waits while the text goes on changing", () => {
  for (let n = 0; n < 5; n += 1) {
    checks.changed(URI);
    vi.advanceTimersByTime(QUIET_MS - 1);
  }
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(sent).toHaveLength(1);
});

it("checks a document not more often than the interval, and other documents on their own", () => {
  texts.set("file:///b.py", { version: 1, text: "" });
  checks.changed(URI);
  vi.advanceTimersByTime(QUIET_MS);
  checks.changed(URI);
  checks.changed("file:///b.py");
  vi.advanceTimersByTime(QUIET_MS);
  expect(sent.map(({ uri }) => uri)).toEqual([URI, "file:///b.py"]);
  vi.advanceTimersByTime(INTERVAL_MS - QUIET_MS - 1);
  expect(sent).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(sent.map(({ uri }) => uri)).toEqual([URI, "file:///b.py", URI]);
});

it("checks nothing that was closed, or is shared no longer", () => {
  checks.changed(URI);
  checks.forget(URI);
  vi.advanceTimersByTime(INTERVAL_MS);
  checks.changed(URI);
  texts.clear();
  vi.advanceTimersByTime(INTERVAL_MS);
  expect(sent).toEqual([]);
});

it("leaves U+2028 and NEL alone, which end no lines", () => {
  expect(withLf("a\r\nb\u2028c\u0085d\ne")).toBe("a\nb\u2028c\u0085d\ne");
});
