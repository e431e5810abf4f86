// The words for a place in a file, or in a cell of a notebook. Pure.

/** `src/cart.py:20`, or `plots.ipynb, cell 3, line 2`; lines and cells count from 1. */
export function whereText(file: string, line: number | undefined, cell?: number): string {
  if (cell !== undefined) {
    return `${file}, cell ${cell}${line === undefined ? "" : `, line ${line}`}`;
  }
  return line === undefined ? file : `${file}:${line}`;
}
