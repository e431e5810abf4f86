// Links that work on this computer only are told apart from those for others.
import { expect, test } from "vitest";
import { aboutLink, isLocal, LOCAL_TEXT } from "../src/localLink.ts";

const LINKS: [string, boolean][] = [
  ["http://127.0.0.1:8377/s/a#invite=b", true],
  ["http://127.1.2.3/s/a", true],
  ["http://localhost:8377/team/s/a", true],
  ["http://page.localhost/s/a", true],
  ["http://[::1]:8377/s/a", true],
  ["https://peerline.example.org/s/a#127.0.0.1", false],
  ["http://127.example.org/s/a", false],
  ["http://localhost.example.org/s/a", false],
  ["http://192.168.1.7:8377/s/a", false],
  ["http://[2001:db8::1]:8377/s/a", false],
  ["no link", false],
];

test("tells a link for this computer only from others", () => {
  for (const [link, local] of LINKS) {
    expect(isLocal(link), link).toBe(local);
    const said = local ? `Link copied. ${LOCAL_TEXT}` : "Link copied.";
    expect(aboutLink("Link copied.", link)).toBe(said);
  }
});
