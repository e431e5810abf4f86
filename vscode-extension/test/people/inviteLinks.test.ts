import { expect, test } from "vitest";
import { inviteLinks } from "../../src/people/inviteLinks";

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
