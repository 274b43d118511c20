import type { Cut, Tally } from '@millrace/export';
import { readLineBlocks } from '@millrace/storage';
import type { PartSink, Source } from '@millrace/storage';
import type { EvaluationProgress } from './evaluation-progress.js';
import { MalformedLineError } from './input-error.js';
import type { OpenSuperseded, SupersededReader } from '../versions/open-superseded.js';
import { lineNumberIfReadable } from './line-number.js';
import type { OpenParts } from './open-parts.js';
import type { RangeFrame, RangeSummary } from './range-task.js';
import type { BadLine, LinePass } from './resource-lines.js';

/** `cut`: close the open parts at the next line boundary and end. `stop`: end now and drop them. */
export type Control = 'run' | 'cut' | 'stop';

/** The world of a range, whatever is done with its lines. */
export interface RangeFramePorts {
  readonly source: Source;
  readonly sink: PartSink;
  /** For tasks that have superseded lines. */
  readonly openSuperseded?: OpenSuperseded | undefined;
  /** Asked before each view is compiled, and between lines. */
  control(): Control;
  /** Told before the first byte of a part is written, so that it can be aborted from elsewhere. */
  onUpload(key: string, uploadId: string): void;
  /**
   * Records a cut, any but the last. The range goes on once it has resolved, and ends when it rejects.
   *
   * @param resources that this range has evaluated so far
   */
  onCut(cut: Cut, resources: number): Promise<void>;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

/** The work on the lines of a range. */
export interface RangeWork {
  readonly pass: LinePass;
  /** The parts that the pass writes to. */
  readonly parts: OpenParts;
  /** Counts since the last call. */
  takeTally(): Tally;
  readonly progress: EvaluationProgress;
  /** Rows after which the range is over. */
  readonly mostRows: number;
  /** Of the summary. */
  readonly engines: readonly string[];
}

/** Looks of who watches, after which a range sees to its cuts although it is in the middle of a block: two seconds. */
const LOOKS_WITHOUT_CUT = 20;

/** The range ended because it was told to `stop`. */
export class RangeStoppedError extends Error {
  override readonly name = 'RangeStoppedError';
}

/** Carries a bad line out of the synchronous loop; its number is only known after reading the file again. */
export class BadLineFound extends Error {
  readonly line: BadLine;

  constructor(line: BadLine) {
    super(line.reason);
    this.line = line;
  }
}

/**
 * Reads a range of lines, hands them to a pass, and stores its parts, cut by cut. The summary has the last cut.
 *
 * @throws MalformedLineError where the pass throws a `BadLineFound`; its other errors; storage's errors; whatever `onCut` rejects with
 */
export async function readCutByCut(
  task: RangeFrame,
  ports: RangeFramePorts,
  { pass, parts, takeTally, progress, mostRows, engines }: RangeWork,
): Promise<RangeSummary> {
  const { input, limits } = task;
  let cuts = task.firstCut;
  let from = task.from;
  let offset = task.from;
  let cutAt = ports.now();
  let storedRead = task.from === 0 ? 0 : undefined;
  let storedAtCut = storedRead;

  async function closeParts(): Promise<Cut> {
    const closed = await parts.close();
    const bytesRead = input.compression === 'none' ? offset - from : (storedRead ?? 0) - (storedAtCut ?? 0);
    return { cut: cuts, from, to: offset, parts: closed, bytesRead, tally: takeTally() };
  }

  async function cut(): Promise<void> {
    await ports.onCut(await closeParts(), pass.resources);
    cuts += 1;
    from = offset;
    cutAt = ports.now();
    storedAtCut = storedRead;
  }

  function cutIsDue(): boolean {
    if (parts.full) return true;
    const { firstInputBytes = limits.inputBytes } = limits;
    const mostBytes = cuts === task.firstCut ? firstInputBytes : limits.inputBytes;
    return offset - from >= mostBytes || ports.now() - cutAt >= limits.seconds * 1000;
  }

  let looksBefore = 0;
  /** Slow lines keep a cut, or who wants the thread back, waiting no longer than one of them takes. */
  const pause = (): boolean =>
    ports.control() !== 'run' || progress.looks() - looksBefore >= LOOKS_WITHOUT_CUT;

  const summary = (): RangeSummary => {
    return { resources: pass.resources, rows: parts.rows, engines };
  };

  const superseded = openSuperseded(task, ports);
  try {
    const blocks = readLineBlocks(
      ports.source,
      input,
      { start: task.start, end: task.end },
      { from: task.from },
    );
    for await (const block of blocks) {
      storedRead = block.storedOffset;
      storedAtCut ??= storedRead;
      const bytes = superseded === undefined ? block.bytes : await superseded.blanked(block);
      for (let at = 0; at < bytes.length;) {
        looksBefore = progress.looks();
        at = pass.consume(bytes, at, block.offset, pause);
        progress.rest();
        offset = block.offset + at;
        await parts.flush();
        if (parts.rows >= mostRows) return { ...summary(), last: await closeParts() };
        if (cutIsDue()) await cut();
        stopIfTold(ports);
        const isAtEnd = input.compression === 'none' && offset >= task.end;
        if (ports.control() === 'cut' && !isAtEnd) {
          if (offset > from) await cut();
          return summary();
        }
      }
    }
    return { ...summary(), last: await closeParts() };
  } catch (error) {
    progress.rest();
    await parts.abort();
    if (!(error instanceof BadLineFound)) throw error;
    const { offset: at, reason } = error.line;
    throw new MalformedLineError(input.key, at, await lineNumberIfReadable(ports.source, input, at), reason);
  }
}

/** Without the means to open them superseded lines must not come out. */
function openSuperseded(
  { superseded }: RangeFrame,
  ports: Pick<RangeFramePorts, 'openSuperseded'>,
): SupersededReader | undefined {
  if (superseded === undefined) return undefined;
  if (ports.openSuperseded === undefined)
    throw new Error('a task has superseded lines where they are not opened');
  return ports.openSuperseded(superseded);
}

export function stopIfTold(ports: Pick<RangeFramePorts, 'control'>): void {
  if (ports.control() === 'stop') throw new RangeStoppedError('the range was told to stop');
}
