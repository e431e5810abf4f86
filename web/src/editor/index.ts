// The editor's own chunk: CodeMirror, Yjs and the shared documents, loaded when a file is opened.
export { documentsOf, keptText } from "@peerline/client/documents";
export { Editor } from "./editor.ts";
