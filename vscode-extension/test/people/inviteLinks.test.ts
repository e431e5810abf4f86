import type { EditorParticipant } from "@peerline/ui/generated/protocol";
import { expect, test } from "vitest";
import { inviteLinks, inviteRefusal } from "../../src/people/inviteLinks";

const LINK = "peerline://h:8377/abc?invite=c";
const PAGE = "http://h:8377/s/abc#invite=c";

test.each([
  [
    { link: LINK, page_link: PAGE, is_local: true },
    { link: PAGE, forEditors: LINK, isLocal: true },
  ],
  [
    { link: LINK, page_link: PAGE },
    { link: PAGE, forEditors: LINK, isLocal: false },
  ],
  [
    { link: LINK, is_local: false },
    { link: LINK, isLocal: false },
  ],
  [{ page_link: PAGE }, undefined],
  [null, undefined],
  ["peerline://h/abc", undefined],
])("the link that opens in a browser comes first: %j", (answer, links) => {
  expect(inviteLinks(answer)).toEqual(links);
});

test("others than hosts are told which host to ask for a link", () => {
  const host = { username: "ann", role: "host" } as EditorParticipant;
  const text = "Only a host can make invite links. Ask ann, the host, for a link.";
  expect(inviteRefusal({ role: "editor" }, [host])).toBe(text);
  expect(inviteRefusal({ role: "viewer" }, [host])).toBe(text);
  expect(inviteRefusal({ role: "host" }, [host])).toBeUndefined();
});
