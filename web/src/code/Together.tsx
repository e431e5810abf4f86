// A draft that people write together, once what draws it is loaded.
import type { SharedDraft } from "@peerline/client";
import { useLoaded } from "../shared/useLoaded.ts";
import type { CodeSession } from "./codeSession.ts";

interface TogetherProps {
  code: CodeSession;
  shared: SharedDraft;
  where?: string;
}

export function Together(props: TogetherProps) {
  const form = useLoaded("loading a shared draft", () => import("./SharedDraftForm.tsx"));
  return form === undefined ? (
    <p class="note">Opening…</p>
  ) : (
    <form.SharedDraftForm key={props.shared.generation} {...props} />
  );
}
