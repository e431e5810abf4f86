import { describe, expect, it } from "vitest";
import { Boundary } from "../../src/shared/boundary";

describe("Boundary", () => {
  const boundary = new Boundary(["/code/shop"], "linux");

  it.each([
    "/code/shop",
    "/code/shop/.venv/bin/python",
    "/code/shop/../shop/x",
    "/code/shop/..hidden",
  ])("contains %s", (path) => {
    expect(boundary.contains(path)).toBe(true);
  });

  it.each(["/code", "/code/shop-secret/x", "/usr/bin/git", "/code/shop/../other", "/code/Shop/x"])(
    "does not contain %s",
    (path) => {
      expect(boundary.contains(path)).toBe(false);
    },
  );

  it("compares names as Windows and macOS do", () => {
    const windows = new Boundary(["C:\\Code\\Shop"], "win32");
    expect(windows.contains("c:/code/shop/git.exe")).toBe(true);
    expect(windows.contains("D:\\Code\\Shop\\git.exe")).toBe(false);
    expect(windows.contains("C:\\Code\\Shop2")).toBe(false);
    expect(new Boundary(["/Users/me/Caf\u00e9"], "darwin").contains("/users/me/cafe\u0301/x")).toBe(
      true,
    );
  });

  it("is none where the extension itself lives", () => {
    const own = ["/home/me/.vscode/extensions/peerline", "/home/me/.config/storage"];
    const of = (...folders: string[]) => Boundary.of(folders, own, "linux");
    expect(of("/home/me").contains("/home/me/.local/bin/peerline")).toBe(false);
    expect(of("/").contains("/usr/bin/python3")).toBe(false);
    expect(of("/home/me", "/home/me/shop").contains("/home/me/shop/git")).toBe(true);
  });
});
