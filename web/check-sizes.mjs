// Says which part of the built page has become larger than it may be.
import { readFile } from "node:fs/promises";
import { tooLarge } from "./sizes.mjs";

const built = new URL("../server/peerline_server/web/sizes.json", import.meta.url);
const problems = tooLarge(JSON.parse(await readFile(built, "utf8")));
if (problems.length > 0) {
  process.stderr.write(`The page has become too large: ${problems.join("; ")}.\n`);
  process.exitCode = 1;
}
