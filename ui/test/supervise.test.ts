import { describe, expect, it } from "vitest";
import { CommandRefused } from "../refusal";
import { failureText, Supervisor } from "../supervise";

function supervised() {
  const logged: string[] = [];
  const told: string[] = [];
  const supervisor = new Supervisor();
  supervisor.reportTo({ log: (text) => logged.push(text), tell: (text) => told.push(text) });
  return { supervisor, logged, told };
}

const SECRET = "what somebody wrote";

describe("Supervisor", () => {
  it.each([
    ["throws", () => fail()],
    ["rejects", async () => fail()],
    ["rejects with a thenable", () => Promise.reject(new TypeError(SECRET))],
  ])("logs a task that %s, without its message", async (_, work) => {
    const { supervisor, logged, told } = supervised();
    supervisor.run("showing the chat", work);
    await expect.poll(() => logged.length).toBe(1);
    expect(logged[0]).toMatch(/^showing the chat failed: TypeError\n\s+at /);
    expect(logged[0]).not.toContain(SECRET);
    expect(told).toEqual([
      "Something went wrong in Peerline (showing the chat). The log has the details.",
    ]);
  });

  it("tells the user of each task once, and logs every time", () => {
    const { supervisor, logged, told } = supervised();
    for (const name of ["one", "one", "two"]) {
      supervisor.run(name, fail);
    }
    expect(logged).toHaveLength(3);
    expect(told).toHaveLength(2);
  });

  it("only logs the code of a refusal", () => {
    const { supervisor, logged, told } = supervised();
    supervisor.run("following", () => {
      throw new CommandRefused("NOT_JOINED", SECRET);
    });
    expect(logged).toEqual(["following: NOT_JOINED"]);
    expect(told).toEqual([]);
  });

  it("passes on what an event brings, and survives a listener", () => {
    const { supervisor, logged } = supervised();
    const heard: number[] = [];
    const listeners: ((value: number) => void)[] = [];
    supervisor.listen((listener: (value: number) => void) => listeners.push(listener), "x", fail);
    supervisor.listen(
      (listener: (value: number) => void) => listeners.push(listener),
      "y",
      (value) => heard.push(value),
    );
    for (const listener of listeners) {
      listener(7);
    }
    expect(heard).toEqual([7]);
    expect(logged).toHaveLength(1);
  });

  it("is silent without a reporter", () => {
    expect(() => new Supervisor().run("x", fail)).not.toThrow();
  });
});

describe("failureText", () => {
  it("names a system's code and nothing longer", () => {
    const error = Object.assign(new Error(SECRET), { code: "ENOENT" });
    expect(failureText("x", error)).toMatch(/^x failed: Error ENOENT\n/);
    expect(failureText("x", Object.assign(error, { code: SECRET }))).not.toContain(SECRET);
    expect(failureText("x", SECRET)).toBe("x failed: string");
  });
});

function fail(): never {
  throw new TypeError(SECRET);
}
