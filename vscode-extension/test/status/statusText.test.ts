import { describe, expect, it } from "vitest";
import { statusText } from "../../src/status/statusText";

it("says what of mine has not been sent", () => {
  const unsent = { participants: 2, pending: 2, refused: 1 };
  expect(statusText({ state: "reconnecting", ...unsent }, 0).label).toBe(
    "Peerline: reconnecting, 2 waiting to be sent, 1 refused",
  );
  const { label } = statusText({ state: "joined", ...unsent, refused: 0 }, 0);
  expect(label).toContain("nothing unread, 2 waiting to be sent");
});

describe("statusText", () => {
  it("counts people and unread messages", () => {
    const status = statusText(
      { state: "joined", participants: 3, title: "$(zap) Pairing", role: "editor" },
      2,
    );
    expect(status.text).toBe("$(broadcast) 3 $(comment-unresolved) 2");
    expect(status.label).toBe(
      "Peerline: $(zap) Pairing, 3 people, 2 unread messages, you are an editor",
    );
    expect(status.tooltip).toContain("\\$(zap)");
    expect(status.isWarning).toBe(false);
  });

  it("warns while the server is away, with the reason", () => {
    const status = statusText({ state: "reconnecting", reason: "cannot reach it" }, 0);
    expect(status.isWarning).toBe(true);
    expect(status.label).toBe("Peerline: reconnecting. Cannot reach it.");
  });

  it("says in a sentence that another server answers", () => {
    const reason = "Another server answers at 127.0.0.1:8377; waiting for yours.";
    const status = statusText({ state: "reconnecting", reason }, 0);
    expect(status.label).toBe(`Peerline: reconnecting. ${reason}`);
    expect(status.tooltip).toBe(`Peerline: reconnecting. ${reason}`);
  });

  it.each(["offline", "connecting", "waiting"] as const)("has a text for %s", (state) => {
    expect(statusText({ state }, 0).text).toContain("Peerline");
  });
});
