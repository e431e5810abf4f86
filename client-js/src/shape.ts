// The form in which `generated/shapes.ts` describes messages: the kind, then its bounds.

/** A field's shape; 1 if it must be there, or 0 and its value where it is absent. */
export type Field =
  | readonly [shape: Shape, required: 1]
  | readonly [shape: Shape, required: 0, without?: unknown];

/** The shape of a value. */
export type Shape =
  | readonly ["ref", string]
  | readonly ["any", ...Shape[]]
  | readonly ["one", ...string[]]
  | readonly ["text", (number | null)?, (number | null)?, string?]
  | readonly ["whole", (number | null)?, number?]
  | readonly ["number", (number | null)?, number?]
  | readonly ["yes"]
  | readonly ["tuple", ...Shape[]]
  | readonly ["list", Shape, number?]
  | readonly ["object", Readonly<Record<string, Field>>]
  | readonly ["map", Shape];
