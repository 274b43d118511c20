import { createPartEncoder, type FormatOptions } from '@millrace/formats';
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
      return createArrayJoiner();
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

/** Each part is a whole array with a row at least: its brackets give way to those of the file. */
function createArrayJoiner(): PartJoiner {
  let parts = 0;
  return {
    add(part) {
      parts += 1;
      return [Buffer.from(parts === 1 ? '[' : ',\n'), ...withoutEnds(part)];
    },
    finish: () => [Buffer.from(parts === 0 ? '[]' : ']')],
  };
}

function withoutEnds(part: PartChunks): PartChunks {
  return part.map((chunk, index) =>
    chunk.subarray(index === 0 ? 1 : 0, index === part.length - 1 ? chunk.length - 1 : chunk.length),
  );
}
