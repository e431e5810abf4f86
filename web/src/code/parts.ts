// The parts of a session beside the chat: they are loaded right after that.
import "../session/lateStyle.ts";

export { Splitter } from "../shared/Splitter.tsx";
export { Code } from "./Code.tsx";
export { Comments } from "./Comments.tsx";
export { CodeSession } from "./codeSession.ts";
export { Files } from "./Files.tsx";
