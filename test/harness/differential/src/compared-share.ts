import type { Tiers } from './tiers.js';
import type { Summary } from './summary.js';

/**
 * The share of the cases on undamaged lines that a run must compare. The scan takes 65 to 75 % of those that are generated (it
 * leaves most wild ones: nulls, lists and repeated keys where they matter), with some 5 points more or less over 50
 * passes; fhirpath.js and generated code evaluate all, but a path may be at fault by chance.
 */
const LEAST_SHARES: Readonly<Record<Tiers, number>> = { 'scan,codegen': 0.5, 'codegen,fhirpath': 0.8 };

/** Of so few passes the share says little: one view may leave every line. */
const FEWEST_PASSES = 50;

/**
 * Why a run compared too little to say that the engines agree; undefined when it did not. Else a scan that leaves every
 * line to generated code would agree with it.
 */
export function lackOfComparison({ tiers, passes, sound, soundCompared }: Summary): string | undefined {
  if (passes < FEWEST_PASSES) return undefined;
  const least = LEAST_SHARES[tiers];
  const share = sound === 0 ? 0 : soundCompared / sound;
  if (share >= least) return undefined;
  const shown = (part: number): string => `${(part * 100).toFixed(1)} %`;
  return `only ${shown(share)} of the cases on undamaged lines were compared; expected at least ${shown(least)}`;
}
