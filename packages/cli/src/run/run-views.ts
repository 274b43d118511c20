import { InputsNotUnderstoodError, surveyNotices } from '@millrace/run';
import type { EvaluationLimits, MalformedLines, RangeSummary } from '@millrace/run';
import { emptyNotices, tallyNotices } from '@millrace/export';
import type { Notice, NoticeKind, ReadTally } from '@millrace/export';
import type { Format } from '@millrace/formats';
import { engineName } from '@millrace/viewdef';
import type { CompiledView, EngineChoice, FhirVersion } from '@millrace/viewdef';
import type { AcceptedView } from '../accept-views.js';
import type { ViewFile } from '../view-file.js';
import { evaluateInOrder } from './evaluate-in-order.js';
import type { PlacedTask } from './placed-task.js';
import type { FinishedRange } from './watched-thread.js';
import { isPipe, type InputPlace } from './input-place.js';
import { createPartJoiner } from './create-part-joiner.js';
import { leftExpressions } from './left-expressions.js';
import { planRun, type RangeOrder } from './run-plan.js';
import { refuseOverwriting, type OutputFile } from './refuse-overwriting.js';
import type { RowOutput } from './row-output.js';
import { findInputs, pathOf, type RunInputs } from './run-inputs.js';

export interface RunWishes {
  readonly views: readonly AcceptedView[];
  readonly places: readonly InputPlace[];
  readonly format: Format;
  readonly header: boolean;
  readonly engine: EngineChoice;
  readonly fhirVersion: FhirVersion;
  /** FHIR base URLs of the input. */
  readonly bases: readonly string[];
  readonly threads: number;
  /** For one resource; 0 is no limit. */
  readonly resourceSeconds: number;
  readonly malformedLines: MalformedLines;
}

/** What was done; sizes in bytes as stored. */
export interface RunStats {
  readonly rows: number;
  readonly resources: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly seconds: number;
  /** What ran, such as `codegen`; several views may differ. */
  readonly engine: string;
  /** Files, resources and lines that were not read, by kind of notice; kinds of which there are none are left out. */
  readonly notices: Readonly<Partial<Record<NoticeKind, number>>>;
}

/** Where rows go, and who is told what. */
export interface RunOutlets {
  openOutput(view: ViewFile): Promise<RowOutput>;
  /** The files that they open, which must be none of the inputs. */
  readonly files: readonly OutputFile[];
  /** Told, before anything is read, of each expression that keeps its view off the scan; not where that was not asked for. */
  onLeft(line: string): void;
  onNotice(notice: Notice): void;
}

/** Bytes of input that are evaluated and encoded at once. A Parquet row group should not be much smaller. */
const RANGE_BYTES = { csv: 8 << 20, ndjson: 8 << 20, json: 8 << 20, parquet: 64 << 20 } as const;

/**
 * Evaluates views over files and writes the rows of each to its output, in the order of the input.
 *
 * @throws InputsNotUnderstoodError when a view has no input, and there are files of which it is not known what they hold
 * @throws UsageError when an output is an input or a view
 */
export async function runViews(
  wishes: RunWishes,
  outlets: RunOutlets,
  signal: AbortSignal,
): Promise<RunStats> {
  const started = performance.now();
  const { format, header, engine } = wishes;
  const compiled = wishes.views.map((view) => view.compiled);
  if (engine === 'auto') leftExpressions(wishes.views, format).forEach(outlets.onLeft);
  const types = compiled.map(({ resource }) => resource);
  const inputs = findInputs(wishes.places);
  const found = await lookAround(inputs, [...new Set(types)]);
  await refuseOverwriting(outlets.files, {
    inputs: found.paths,
    views: wishes.views.map(({ path }) => path),
  });
  const orders = await planRun(types, inputs, RANGE_BYTES[format]);
  const joiners = compiled.map(({ columns }) => createPartJoiner({ format, header }, columns));
  const outputs: RowOutput[] = [];
  const rows = compiled.map(() => 0);
  let bytesOut = 0;

  async function write(subject: number, chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      bytesOut += chunk.length;
      await outputs[subject]?.write(chunk);
    }
  }

  try {
    for (const view of wishes.views) outputs.push(await outlets.openOutput(view));
    const tasks = orders.map((order, index) => toTask(order, index, wishes));
    const summaries = await evaluateInOrder(
      tasks,
      { threads: wishes.threads, limits: limitsOf(wishes) },
      async (parts) => {
        for (const part of parts) {
          rows[part.subject] = (rows[part.subject] ?? 0) + part.rows;
          await write(part.subject, joiners[part.subject]?.add(part.chunks) ?? []);
        }
      },
      signal,
    );
    for (const [subject, joiner] of joiners.entries()) await write(subject, joiner.finish());
    for (const output of outputs) await output.commit();
    const notices = [
      ...found.notices,
      ...tallyNotices(readTallies(orders, summaries)),
      ...emptyNotices(
        types.map((resourceType, subject) => ({
          resourceType,
          hasInput: orders.some((order) => order.resourceType === resourceType),
          rows: rows[subject] ?? 0,
        })),
      ),
    ];
    notices.forEach(outlets.onNotice);
    return {
      rows: rows.reduce((sum, ofView) => sum + ofView, 0),
      resources: countResources(orders, summaries),
      bytesIn: (await countInput(new Set(types), inputs)) + countPiped(orders, summaries),
      bytesOut,
      seconds: (performance.now() - started) / 1000,
      engine: enginesOf(compiled, summaries),
      notices: countsOf(notices),
    };
  } catch (error) {
    await Promise.allSettled(outputs.map((output) => output.abort()));
    throw error;
  }
}

/** The views were compiled just now, and are the user's own. */
function limitsOf({ resourceSeconds }: RunWishes): EvaluationLimits {
  return { resourceMs: resourceSeconds * 1000, viewMs: 0 };
}

function toTask(order: RangeOrder, index: number, wishes: RunWishes): PlacedTask {
  const { resourceType, file, start, end, subjects } = order;
  const { views, format, engine, fhirVersion, bases, malformedLines } = wishes;
  return {
    place: file.place,
    task: {
      source: file.place.path,
      fhirVersion,
      bases,
      resourceType,
      input: file.input,
      start,
      end,
      from: start,
      firstCut: 0,
      views: subjects.map((subject) => ({ subject, view: views[subject]?.view ?? {} })),
      engine,
      format,
      // The joiner writes the one header of the file.
      header: false,
      partPrefix: `${index}/`,
      // A gzip file is one range of any length; cuts keep what is in memory small.
      limits: {
        partBytes: 2 * RANGE_BYTES[format],
        partRows: Number.MAX_SAFE_INTEGER,
        inputBytes: 2 * RANGE_BYTES[format],
        seconds: Number.MAX_SAFE_INTEGER,
      },
      malformedLines,
    },
  };
}

function countResources(orders: readonly RangeOrder[], summaries: readonly RangeSummary[]): number {
  return summaries.reduce(
    (sum, { resources }, index) => (orders[index]?.countsResources ? sum + resources : sum),
    0,
  );
}

/** @throws InputsNotUnderstoodError */
async function lookAround(
  inputs: RunInputs,
  types: readonly string[],
): Promise<{ readonly notices: readonly Notice[]; readonly paths: readonly string[] }> {
  const survey = await inputs.survey(types);
  const paths = new Set<string>();
  const lacking: string[] = [];
  for (const type of types) {
    const files = await inputs.of(type);
    if (files.length === 0) lacking.push(type);
    for (const file of files) paths.add(pathOf(file));
  }
  if (lacking.length > 0 && survey.unread.count > 0) {
    throw new InputsNotUnderstoodError(lacking, survey.unread);
  }
  return { notices: surveyNotices(survey), paths: [...paths] };
}

function readTallies(orders: readonly RangeOrder[], summaries: readonly FinishedRange[]): ReadTally[] {
  return summaries.flatMap(({ tally }, index) => {
    const order = orders[index];
    if (order === undefined) return [];
    const { file, resourceType, pass } = order;
    return [{ input: pathOf(file), resourceType, pass, tally }];
  });
}

function countsOf(notices: readonly Notice[]): RunStats['notices'] {
  const counts: Partial<Record<NoticeKind, number>> = {};
  for (const { kind, count = 1 } of notices) counts[kind] = (counts[kind] ?? 0) + count;
  return counts;
}

/** Bytes that came through pipes, decompressed. */
function countPiped(orders: readonly RangeOrder[], summaries: readonly FinishedRange[]): number {
  return summaries.reduce((sum, { last }, index) => {
    const order = orders[index];
    return order && isPipe(order.file.place) ? sum + (last?.to ?? 0) : sum;
  }, 0);
}

/** A file counts once, however often it was read. */
async function countInput(types: ReadonlySet<string>, inputs: RunInputs): Promise<number> {
  const sizes = new Map<string, number>();
  for (const type of types) {
    for (const file of await inputs.of(type))
      if (!isPipe(file.place)) sizes.set(pathOf(file), file.input.bytes);
  }
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** What ran; without any input, what generated code would have run on. */
function enginesOf(views: readonly CompiledView[], summaries: readonly RangeSummary[]): string {
  const ran = summaries.flatMap(({ engines }) => engines);
  const names = ran.length > 0 ? ran : views.map(({ engine }) => engineName(engine));
  return [...new Set(names)].sort().join(', ');
}
