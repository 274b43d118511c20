import { binaryStart, noticesMeta } from '@millrace/protocol';
import type { RunNotice, RunRequest } from '@millrace/protocol';

/** Turns the bytes of the rows into those of the answer. */
export interface RowFrame {
  /** The bytes to send for the next bytes of the rows. */
  add(chunk: Uint8Array): Iterable<Uint8Array | string>;
  /** The bytes to send behind all rows. */
  end(notices: readonly RunNotice[]): string;
}

/** Whole groups of three bytes, so that their base64 can be joined. */
const BASE64_BYTES = 96 << 10;

export function createRowFrame({ format, envelope }: RunRequest['form']): RowFrame {
  if (envelope === 'Binary') return inBinary(binaryStart(format));
  return format === 'fhir' ? asResource() : asTheyAre;
}

const asTheyAre: RowFrame = { add: (chunk) => [chunk], end: () => '' };

/** The rows are a resource by themselves: the bracket that ends it is held back, for what is only known at the end. */
function asResource(): RowFrame {
  let held = Buffer.alloc(0);
  return {
    add(chunk) {
      const before = held;
      held = Buffer.from(chunk.subarray(-1));
      return [before, chunk.subarray(0, -1)];
    },
    end: (notices) => `${noticesMeta(notices)}${held.toString()}`,
  };
}

function inBinary(start: string): RowFrame {
  const base64 = createBase64();
  let begun = false;
  return {
    *add(chunk) {
      if (!begun) yield `${start},"data":"`;
      begun = true;
      for (let at = 0; at < chunk.length; at += BASE64_BYTES)
        yield base64.add(chunk.subarray(at, at + BASE64_BYTES));
    },
    // FHIR has no empty text: without rows there is no such element.
    end: (notices) => `${begun ? `${base64.finish()}"` : start}${noticesMeta(notices)}}`,
  };
}

/** Base64 of bytes that come in chunks of any length. */
function createBase64(): { add(chunk: Uint8Array): string; finish(): string } {
  let left = Buffer.alloc(0);
  return {
    add(chunk) {
      const bytes = left.length === 0 ? Buffer.from(chunk) : Buffer.concat([left, chunk]);
      const whole = bytes.length - (bytes.length % 3);
      left = Buffer.from(bytes.subarray(whole));
      return bytes.toString('base64', 0, whole);
    },
    finish: () => left.toString('base64'),
  };
}
