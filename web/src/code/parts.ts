// What a session shows beside the chat: it is loaded right after that.
export { Code } from "./Code.tsx";
export { Comments } from "./Comments.tsx";
export { Files } from "./Files.tsx";
