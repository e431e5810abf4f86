import { describe, expect, it } from "vitest";
import {
  addressOf,
  addressOfServer,
  linkOfQuery,
  linkProblem,
  serverProblem,
  withoutInvite,
} from "../src/links";

const LINK = "peerline://127.0.0.1:8377/abc_1-2?invite=x%2Fy";

describe("links", () => {
  it.each([LINK, "peerlines://example.org/s", ` ${LINK}\n`, "peerline://[::1]:80/s/"])(
    "takes %j",
    (link) => {
      expect(linkProblem(link)).toBeUndefined();
    },
  );

  it.each([
    "",
    "http://example.org/s",
    "peerline://example.org",
    "peerline://a b/s",
    "peerline://u@h/s",
  ])("says what is wrong with %j", (link) => {
    expect(linkProblem(link)).toMatch(/\w/);
  });

  it("knows the server and leaves out the invite", () => {
    expect(addressOf("peerlines://Example.org:443/s?invite=x")).toBe("example.org:443");
    expect(withoutInvite(LINK)).toBe("peerline://127.0.0.1:8377/abc_1-2");
  });

  it.each([
    ["Example.org:8377", "example.org:8377"],
    ["peerlines://example.org/", "example.org"],
    ["[::1]:80", "[::1]:80"],
  ])("takes the server %j", (server, address) => {
    expect(serverProblem(server)).toBeUndefined();
    expect(addressOfServer(server)).toBe(address);
  });

  it.each(["", "a b", "http://example.org", "example.org/session", "me@example.org"])(
    "says that %j is no server",
    (server) => {
      expect(serverProblem(server)).toMatch(/HOST:PORT/);
    },
  );

  it("is found in a URI's query", () => {
    expect(linkOfQuery(`link=${encodeURIComponent(LINK)}`)).toBe(LINK);
    expect(linkOfQuery("other=1")).toBeUndefined();
  });
});
