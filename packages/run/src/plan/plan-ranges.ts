import { MAX_VIEWS_PER_PASS, layRanges, passesOf } from '@millrace/export';
import type { CutInput, Notice, PassSubject, RangeLayout } from '@millrace/export';
import { DELETED, cutAtLines, idealCuts } from '@millrace/storage';
import type { RangeInput, RangeInputs } from './range-inputs.js';
import { InputsNotUnderstoodError, surveyNotices } from './survey-notices.js';

/** The ranges of some subjects, in the order of their rows, and the files that are not read. */
export interface RangePlan extends RangeLayout<RangeInput> {
  readonly notices: readonly Notice[];
}

export interface PlanOptions {
  /** Whether there can be rows of a resource type; all are read without it. */
  isRead?(resourceType: string): boolean;
  /**
   * `at lines`, or `ideal`: at the ideal places, wherever lines begin, which costs no look at the inputs. `openBounds` then
   * gives the lines.
   */
  readonly cuts?: 'at lines' | 'ideal';
  /** Whether the last ranges are smaller, so that threads end at about the same time. Default: no. */
  readonly tapers?: boolean;
  /** Ends the work, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** An input that can be read once would have to be read again. */
export class SeveralPassesError extends Error {
  override readonly name = 'SeveralPassesError';
  readonly input: string;

  constructor(input: string) {
    super(
      `${input} can be read once, for at most ${MAX_VIEWS_PER_PASS} views of one resource type: ` +
        'give a file, or run the views apart',
    );
    this.input = input;
  }
}

/**
 * Pins the inputs and cuts them into ranges, which do not depend on the number of threads.
 *
 * @param subjects in their order
 * @param rangeBytes ideal size of a range, or the function that gives it for the bytes of all inputs
 * @throws InputsNotUnderstoodError when a type that is read has no input, and there are files that nobody reads
 * @throws SeveralPassesError
 */
export async function planRanges(
  inputs: RangeInputs,
  subjects: readonly PassSubject[],
  rangeBytes: number | ((bytes: number) => number),
  { isRead = () => true, cuts = 'at lines', tapers = false, signal }: PlanOptions = {},
): Promise<RangePlan> {
  const found = new Map<string, readonly RangeInput[]>();
  for (const type of new Set(subjects.map(({ resourceType }) => resourceType)))
    if (isRead(type)) found.set(type, await inputs.of(type));
  const survey = await inputs.survey([...found.keys()]);
  const lacking = [...found].flatMap(([type, { length }]) =>
    length === 0 && type !== DELETED ? [type] : [],
  );
  if (lacking.length > 0 && survey.unread.count > 0) {
    throw new InputsNotUnderstoodError(lacking, survey.unread);
  }
  const once = [...found.values()].flat().find(({ isReadOnce }) => isReadOnce);
  if (once !== undefined && passesOf(subjects).length > 1) throw new SeveralPassesError(once.name);
  const bytes = [...found.values()].flat().reduce((sum, { input }) => sum + input.bytes, 0);
  const ideally = typeof rangeBytes === 'number' ? rangeBytes : rangeBytes(bytes);
  const cut = new Map<string, CutInput<RangeInput>[]>();
  const last = [...found.values()].flat().at(-1);
  for (const [type, ofType] of found) {
    const cutInputs: CutInput<RangeInput>[] = [];
    for (const input of ofType) {
      const even = input.isReadOnce ? [0, input.input.bytes] : idealCuts(input.input, ideally);
      const ideal = tapers && input === last ? tapered(even) : even;
      const isCut = cuts === 'at lines' && !input.isReadOnce;
      const offsets = isCut ? await cutAtLines(input.source, input.input, ideally, signal) : ideal;
      cutInputs.push({ input, offsets });
    }
    cut.set(type, cutInputs);
  }
  return { ...layRanges(subjects, cut), notices: surveyNotices(survey) };
}

/** Ranges at the end of an input that are cut again, and the pieces of each. */
const TAPERED_RANGES = 2;
const PIECES = 3;

/** Leaves an input of one range alone, such as a gzip file. */
function tapered(cuts: readonly number[]): readonly number[] {
  if (cuts.length <= TAPERED_RANGES) return cuts;
  return cuts.flatMap((start, at) => {
    const end = cuts[at + 1];
    if (end === undefined || at < cuts.length - 1 - TAPERED_RANGES) return [start];
    const piece = Math.floor((end - start) / PIECES);
    return Array.from({ length: PIECES }, (_, place) => start + place * piece);
  });
}
