import { describe, expect, it } from "vitest";
import {
  addressOf,
  keyOfLink,
  keyOfServer,
  linkOfQuery,
  linkProblem,
  serverProblem,
  sessionOf,
} from "../../src/joining/links";

const LINK = "peerline://127.0.0.1:8377/abc_1-2?invite=x_y-1";

describe("links", () => {
  it("says what to do without one", () => {
    expect(linkProblem(" ")).toBe("Paste the link that you were sent.");
    expect(linkProblem("https://example.org")).toBe(
      "This is not a Peerline session link. A link starts with peerline:// or peerlines://, or with https:// and has /s/ before the session.",
    );
    expect(linkProblem(`Join me: <${LINK}>.`)).toBeUndefined();
  });

  it("never repeats what was pasted", () => {
    expect(linkProblem("peerline://a..b/s?invite=SECRET")).not.toContain("SECRET");
  });

  it("names the server for questions", () => {
    expect(addressOf(`"${LINK}"`)).toBe("127.0.0.1:8377");
    expect(addressOf("peerline://Example.org/s?invite=x")).toBe("example.org:8377");
    expect(addressOf("nothing")).toBe("");
  });

  it("keeps a token for TLS apart from one without", () => {
    expect(keyOfLink("peerlines://Example.org/s")).toBe("peerlines://example.org:443");
    expect(keyOfLink("peerline://example.org:443/s")).toBe("example.org:443");
    expect(keyOfServer("peerlines://example.org")).toBe("peerlines://example.org:443");
    expect(keyOfServer("https://example.org/proxy/1/")).toBe("peerlines://example.org:443/proxy/1");
    expect(keyOfLink("http://example.org:9/a/s/b")).toBe("example.org:9/a");
    expect(keyOfServer("Example.org:8377")).toBe("example.org:8377");
    expect(keyOfServer("http://Example.org")).toBe("example.org:80");
    expect(keyOfServer("Example.org")).toBe("example.org:8377");
    expect(keyOfServer("a b")).toBe("");
  });

  it.each([
    "example.org",
    "Example.org:8377",
    "peerlines://example.org/",
    "[::1]:80",
    "https://example.org/proxy/8377/",
  ])("takes the server %j", (server) => {
    expect(serverProblem(server)).toBeUndefined();
  });

  it.each(["", "a b", "ftp://example.org", "example.org/session", "me@example.org", "a..b"])(
    "says that %j is no server",
    (server) => {
      expect(serverProblem(server)).toMatch(/HOST:PORT/);
    },
  );

  it("names the session", () => {
    expect(sessionOf(`<${LINK}>`)).toBe("abc_1-2");
    expect(sessionOf("nothing")).toBeUndefined();
  });

  it("is found in a URI's query", () => {
    expect(linkOfQuery(`link=${encodeURIComponent(LINK)}`)).toBe(LINK);
    expect(linkOfQuery("other=1")).toBeUndefined();
  });
});
