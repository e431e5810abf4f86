// Writes TypeScript for the JSON Schema given on stdin to stdout.
import { text } from "node:stream/consumers";
import { compile } from "json-schema-to-typescript";

const schema = JSON.parse(await text(process.stdin));
const source = await compile(schema, "PeerlineProtocol", {
  additionalProperties: false,
  bannerComment: "// Generated from peerline/protocol by `make generate`. Do not edit.",
  unreachableDefinitions: true,
});
process.stdout.write(source);
