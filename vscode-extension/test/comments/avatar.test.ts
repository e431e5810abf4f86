import { describe, expect, it } from "vitest";
import { avatarUri } from "../../src/comments/avatar";

const COLORS = { color: "#2d5b96", text: "#ffffff" };

function drawn(name: string): string {
  const [scheme, data = ""] = avatarUri(name, COLORS).split(",");
  expect(scheme).toBe("data:image/svg+xml;base64");
  return Buffer.from(data, "base64").toString("utf8");
}

describe("avatarUri", () => {
  it.each([
    ["Ada Lovelace", "AL"],
    ["bob", "B"],
    ["日本", "日"],
    ["Éa", "É"],
  ])("draws the initials of %s", (name, letters) => {
    expect(drawn(name)).toContain(`fill="#ffffff">${letters}</text>`);
    expect(drawn(name)).toContain('fill="#2d5b96"');
  });

  it.each([
    "<script>",
    "&amp;",
    '"><image href="http://evil.test/x"/>',
    "'",
    "https://evil.test/a.png",
  ])("draws nothing else for %s", (name) => {
    const [, text = ""] = /<text[^>]*>(.*)<\/text>/.exec(drawn(name)) ?? [];
    expect(text).not.toMatch(/[<>"']/);
    expect(drawn(name).replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/http|href/);
    expect(drawn(name).match(/</g)).toHaveLength(5);
  });
});
