import { FHIR_ROWS_EMPTY, FHIR_ROWS_HEAD, FHIR_ROWS_TAIL, createPartEncoder } from '@millrace/formats';
import type { FormatOptions } from '@millrace/formats';
import type { ViewColumn } from '@millrace/viewdef';
import { createParquetJoiner } from './parquet-joiner.js';
import type { PartChunks, PartJoiner } from './part-joiner.js';

export function createPartJoiner(options: FormatOptions, columns: readonly ViewColumn[]): PartJoiner {
  const emptyPart = (): Uint8Array => createPartEncoder(options, columns).finish();
  switch (options.format) {
    case 'csv':
    case 'ndjson':
      return createTextJoiner(emptyPart());
    case 'json':
      return createListJoiner({ head: '[', tail: ']', empty: '[]' });
    case 'fhir':
      return createListJoiner({ head: FHIR_ROWS_HEAD, tail: FHIR_ROWS_TAIL, empty: FHIR_ROWS_EMPTY });
    case 'parquet':
      return createParquetJoiner(emptyPart);
    default:
      return options.format satisfies never;
  }
}

/** Parts follow each other as they are, after the head that an empty part consists of. */
function createTextJoiner(head: Uint8Array): PartJoiner {
  let pending: PartChunks = [head];
  const takePending = (): PartChunks => {
    const taken = pending;
    pending = [];
    return taken;
  };
  return {
    add: (part) => [...takePending(), ...part],
    finish: takePending,
  };
}

/** The text around the rows of a part, and the content of a file without rows. */
interface ListFrame {
  readonly head: string;
  readonly tail: string;
  readonly empty: string;
}

/** Each part is a whole list with a row at least: its ends give way to those of the file. */
function createListJoiner({ head, tail, empty }: ListFrame): PartJoiner {
  let parts = 0;
  return {
    add(part) {
      parts += 1;
      return [Buffer.from(parts === 1 ? head : ',\n'), ...withoutEnds(part, head.length, tail.length)];
    },
    finish: () => [Buffer.from(parts === 0 ? empty : tail)],
  };
}

/** An encoder gives head and tail undivided. */
function withoutEnds(part: PartChunks, head: number, tail: number): PartChunks {
  return part.map((chunk, index) =>
    chunk.subarray(index === 0 ? head : 0, index === part.length - 1 ? chunk.length - tail : chunk.length),
  );
}
