import { prepareCheck } from './check-pass.js';
import type { LinesChecked } from './check-pass.js';
import { generateFraming } from './engines/framing.js';
import { createLineScan } from './engines/scan-lines.js';
import type { LineScanFactory } from './engines/scan-lines.js';
import { AllRefusedError } from './errors.js';
import { explainDisagreement } from './explain-disagreement.js';
import { resourceTypes } from './generate/element-model.js';
import { generateFilter } from './generate/generate-filter.js';
import { generateLine } from './generate/generate-line.js';
import type { GeneratedLine } from './generate/generate-line.js';
import { generateBases } from './generate/references.js';
import { generateView } from './generate/generate-view.js';
import { brokenPass } from './pass-result.js';
import type { Counts, PassResult, PassTask } from './pass-result.js';
import { createRandom } from './random.js';
import { FORMATS, generationFor } from './tiers.js';

/** So many refused passes in a row are a fault of the generator. */
const MOST_REFUSALS = 100;

/**
 * Runs the cases of one pass: the same numbers and seed always give the same cases. Never throws: an error
 * that ends a pass is its failure.
 */
export function runPass(task: PassTask, makeScan: LineScanFactory = createLineScan): PassResult {
  try {
    return passOf(task, makeScan);
  } catch (error) {
    return brokenPass(task, error);
  }
}

function passOf(task: PassTask, makeScan: LineScanFactory): PassResult {
  const { tiers, seed, pass, lines } = task;
  const { dialects, manners, mostViews } = generationFor(tiers);
  for (let refusals = 0; refusals < MOST_REFUSALS; refusals += 1) {
    const random = createRandom(`${seed}/${pass}/${refusals}`);
    const format = random.pick(FORMATS);
    const resource = random.pick(resourceTypes);
    const views = random.chance(50) ? 1 : 1 + random.below(mostViews);
    const definitions = Array.from({ length: views }, () =>
      generateView(resource, random.pick(dialects), random),
    );
    const framing = generateFraming(views, random);
    const filter =
      tiers === 'scan,codegen' ? generateFilter(createRandom(`${seed}/${pass}/filter`)) : undefined;
    const bases = generateBases(createRandom(`${seed}/${pass}/bases`));
    const prepared = prepareCheck(definitions, tiers, format, framing, filter, makeScan, bases);
    if ('refused' in prepared) continue;
    const generated = Array.from({ length: lines.to - lines.from }, (_, at) =>
      generateLine(resource, manners, createRandom(`${seed}/${pass}/line/${lines.from + at}`)),
    );
    const checked = prepared.check(generated.map(({ bytes }) => bytes));
    const counts = { ...countsOf(checked, views, generated), refusals };
    if (checked.difference === undefined) return { ...counts, failure: undefined };
    const setting = { format, definitions, framing, filter, bases };
    const failure = explainDisagreement(task, setting, generated, checked.difference, makeScan);
    return { ...counts, failure };
  }
  throw new AllRefusedError(MOST_REFUSALS);
}

function countsOf(
  { compared, rows, stops, traps }: LinesChecked,
  views: number,
  generated: readonly GeneratedLine[],
): Omit<Counts, 'refusals'> {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const isSound = (at: number): boolean => generated[at]?.tree !== undefined;
  return {
    views,
    cases: generated.length * views,
    compared: sum(compared),
    sound: generated.filter((_, at) => isSound(at)).length * views,
    soundCompared: sum(compared.filter((_, at) => isSound(at))),
    rows,
    stops,
    traps,
  };
}
