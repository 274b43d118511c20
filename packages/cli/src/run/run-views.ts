import type { EvaluationLimits, RangeSummary } from '@millrace/execution';
import type { Format } from '@millrace/formats';
import { engineName } from '@millrace/viewdef';
import type { CompiledView, EngineChoice, FhirVersion } from '@millrace/viewdef';
import type { AcceptedView } from '../accept-views.js';
import type { ViewFile } from '../view-file.js';
import { evaluateInOrder } from './evaluate-in-order.js';
import type { PlacedTask } from './placed-task.js';
import type { InputPlace } from './input-place.js';
import { inputsOf } from './inputs.js';
import { createPartJoiner } from './create-part-joiner.js';
import { leftExpressions } from './left-expressions.js';
import { planRun, type RangeOrder } from './run-plan.js';
import type { RowOutput } from './row-output.js';

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
}

/** Bytes of input that are evaluated and encoded at once. A Parquet row group should not be much smaller. */
const RANGE_BYTES = { csv: 8 << 20, ndjson: 8 << 20, json: 8 << 20, parquet: 64 << 20 } as const;

/**
 * Evaluates views over files and writes the rows of each to its output, in the order of the input.
 *
 * @param onLeft is told, before anything is read, of each expression that keeps its view off the scan; not where the scan
 *   was not asked for
 */
export async function runViews(
  wishes: RunWishes,
  openOutput: (view: ViewFile) => Promise<RowOutput>,
  signal: AbortSignal,
  onLeft: (line: string) => void = () => undefined,
): Promise<RunStats> {
  const started = performance.now();
  const { format, header, engine } = wishes;
  const compiled = wishes.views.map((view) => view.compiled);
  if (engine === 'auto') leftExpressions(wishes.views, format).forEach(onLeft);
  const types = compiled.map(({ resource }) => resource);
  const orders = await planRun(types, wishes.places, RANGE_BYTES[format]);
  const joiners = compiled.map(({ columns }) => createPartJoiner({ format, header }, columns));
  const outputs: RowOutput[] = [];
  let rows = 0;
  let bytesOut = 0;

  async function write(subject: number, chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      bytesOut += chunk.length;
      await outputs[subject]?.write(chunk);
    }
  }

  try {
    for (const view of wishes.views) outputs.push(await openOutput(view));
    const tasks = orders.map((order, index) => toTask(order, index, wishes));
    const summaries = await evaluateInOrder(
      tasks,
      { threads: wishes.threads, limits: limitsOf(wishes) },
      async (parts) => {
        for (const part of parts) {
          rows += part.rows;
          await write(part.subject, joiners[part.subject]?.add(part.chunks) ?? []);
        }
      },
      signal,
    );
    for (const [subject, joiner] of joiners.entries()) await write(subject, joiner.finish());
    for (const output of outputs) await output.commit();
    return {
      rows,
      resources: countResources(orders, summaries),
      bytesIn: await countInput(new Set(types), wishes.places),
      bytesOut,
      seconds: (performance.now() - started) / 1000,
      engine: enginesOf(compiled, summaries),
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
  const { views, format, engine, fhirVersion, bases } = wishes;
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
      malformedLines: 'fail',
    },
  };
}

function countResources(orders: readonly RangeOrder[], summaries: readonly RangeSummary[]): number {
  return summaries.reduce(
    (sum, { resources }, index) => (orders[index]?.countsResources ? sum + resources : sum),
    0,
  );
}

/** A file counts once, however often it was read. */
async function countInput(types: ReadonlySet<string>, places: readonly InputPlace[]): Promise<number> {
  const sizes = new Map<string, number>();
  for (const type of types) {
    for (const { place, input } of await inputsOf(places, type)) {
      sizes.set(`${place.path}\n${input.key}`, input.bytes);
    }
  }
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** What ran; without any input, what generated code would have run on. */
function enginesOf(views: readonly CompiledView[], summaries: readonly RangeSummary[]): string {
  const ran = summaries.flatMap(({ engines }) => engines);
  const names = ran.length > 0 ? ran : views.map(({ engine }) => engineName(engine));
  return [...new Set(names)].sort().join(', ');
}
