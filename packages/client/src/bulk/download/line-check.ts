const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Looks at the lines of NDJSON while its bytes pass by. */
export interface LineCheck {
  add(chunk: Buffer): void;
  /** Lines that are not blank. A last line need not end with a line feed. */
  lines(): number;
  /** The fault of the first line whose first and last byte are not those of a JSON object. */
  fault(): string | undefined;
}

/** It finds error pages and files that end within a line. It does not parse: that would take longer than the download. */
export function createLineCheck(): LineCheck {
  let isStart = true;
  let ended = 0;
  let first: number | undefined;
  let last = 0;
  let fault: string | undefined;

  function addPiece(chunk: Buffer, from: number, to: number): void {
    let start = from;
    let end = to;
    while (end > start && isSpace(chunk[end - 1])) end -= 1;
    if (first === undefined) while (start < end && isSpace(chunk[start])) start += 1;
    if (start === end) return;
    first ??= chunk[start];
    last = chunk[end - 1] ?? last;
  }

  function checkLine(): void {
    if (first !== OPEN_BRACE || last !== CLOSE_BRACE) fault ??= `has no JSON object in line ${ended + 1}`;
  }

  return {
    add(chunk) {
      let from = isStart && chunk.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
      isStart = false;
      for (let at = chunk.indexOf(NEWLINE, from); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        addPiece(chunk, from, at);
        from = at + 1;
        if (first === undefined) continue;
        checkLine();
        ended += 1;
        first = undefined;
      }
      addPiece(chunk, from, chunk.length);
    },
    lines: () => ended + (first === undefined ? 0 : 1),
    fault() {
      if (first !== undefined) checkLine();
      return fault;
    },
  };
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
