// The parts of a line of text.
import type { CodePlace } from "./references";

/** A part of a line of text. */
export type Inline = (
  | { kind: "text"; text: string }
  | { kind: "code"; text: string; place?: CodePlace }
  | { kind: "place"; text: string; place: CodePlace }
  /** `host` is where a link goes whose text is not its address. */
  | { kind: "link"; text: string; url: string; host?: string }
  | { kind: "mention"; text: string; isMe: boolean }
) & { isStrong?: boolean; isEmphasis?: boolean };
