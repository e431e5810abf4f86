// Keeps the editors of shared documents read-only for viewers.

import { listen, run } from "@peerline/ui/supervise";
import { commands, Disposable, window } from "vscode";
import type { Session } from "../session/session";
import { canonical } from "../shared/places";
import { isReadOnly } from "./documentTexts";
import { ReadOnlyPlan, type ReadOnlyStep } from "./readOnlyPlan";

const COMMANDS: { readonly [Step in ReadOnlyStep]: string } = {
  set: "workbench.action.files.setActiveEditorReadonlyInSession",
  reset: "workbench.action.files.resetActiveEditorReadonlyInSession",
};

/** Follows the active editor and the user's role. */
export function keepReadOnly(session: Session): Disposable {
  const plan = new ReadOnlyPlan();
  let isBusy = false;
  const work = async () => {
    if (isBusy) {
      return;
    }
    isBusy = true;
    try {
      for (;;) {
        const uri = active();
        const step = plan.next(uri, readOnlyUris(session));
        if (step === undefined || uri === undefined) {
          return;
        }
        await commands.executeCommand(COMMANDS[step]);
        plan.done(step, uri, active());
      }
    } finally {
      isBusy = false;
    }
  };
  const update = () => run("making an editor read-only", work);
  return Disposable.from(
    session.onDidChangeDocuments(update),
    listen(window.onDidChangeActiveTextEditor, "making an editor read-only", update),
  );
}

function active(): string | undefined {
  return window.activeTextEditor?.document.uri.toString();
}

function readOnlyUris(session: Session): ReadonlySet<string> {
  return new Set(session.documents.filter(isReadOnly).map(({ uri }) => canonical(uri)));
}
