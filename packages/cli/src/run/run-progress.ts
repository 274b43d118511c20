import { passesOf } from '@millrace/export';
import type { Cut } from '@millrace/export';
import type { EnginePool, RangeInputs } from '@millrace/run';
import { sizeText, speedText, type ProgressLine } from '../progress-line.js';
import { isPipe, type InputPlace } from './input-place.js';

/** The inputs of a run, and the types whose lines it reads. */
export interface RunExtent {
  readonly inputs: RangeInputs;
  readonly places: readonly InputPlace[];
  /** The resource type of each view. */
  readonly types: readonly string[];
}

/** A pool whose cuts are shown on a line while a run goes on. */
export async function shownPool(
  pool: Pick<EnginePool, 'run' | 'size'>,
  extent: RunExtent,
  line: ProgressLine,
  now: () => number,
): Promise<Pick<EnginePool, 'run' | 'size'>> {
  const total = await bytesToRead(extent);
  const began = now();
  let bytes = 0;
  let rows = 0;
  function text(): string {
    const share = total === undefined ? '' : ` of ${sizeText(total)} (${Math.floor((100 * bytes) / total)}%)`;
    return `${sizeText(bytes)}${share}, ${rows} rows, ${speedText(bytes, now() - began)}`;
  }
  function add(cut: Cut): void {
    bytes += cut.bytesRead;
    for (const part of cut.parts) rows += part.rows;
    line.show(text);
  }
  return {
    size: pool.size,
    async run(task, watch) {
      const onCut = (cut: Cut): Promise<void> => {
        add(cut);
        return watch.onCut(cut);
      };
      const summary = await pool.run(task, { ...watch, onCut });
      if (summary.last) add(summary.last);
      return summary;
    },
  };
}

/** Every pass reads the inputs of its type. Nobody knows how much a pipe has. */
async function bytesToRead({ inputs, places, types }: RunExtent): Promise<number | undefined> {
  if (places.some(isPipe)) return undefined;
  let bytes = 0;
  for (const { resourceType } of passesOf(types.map((type) => ({ resourceType: type, isAlone: false }))))
    for (const { input } of await inputs.of(resourceType)) bytes += input.bytes;
  return bytes === 0 ? undefined : bytes;
}
