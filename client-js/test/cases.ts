// The cases that the Python client made, in tests/cases/client.
import { readFileSync } from "node:fs";

/** Read one file of them. */
export function cases<T>(name: string): T[] {
  const file = new URL(`../../tests/cases/client/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as T[];
}

/** A value as it is on the wire: without the fields that are undefined. */
export function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
