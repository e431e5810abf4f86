// The editor's own chunk: CodeMirror, Yjs and the shared documents, loaded when a file is opened.
export { difference, documentsOf, keptText, transformed } from "@peerline/client/documents";
export { Editor } from "./editor.ts";
