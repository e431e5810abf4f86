// The parts of a session that are loaded once it is shown, and before the server can go away.
import "./lateStyle.ts";

export { Questions } from "../agents/Questions.tsx";
export { Toolbar } from "../shared/Toolbar.tsx";
export { PersonActs, Tools } from "./Tools.tsx";
