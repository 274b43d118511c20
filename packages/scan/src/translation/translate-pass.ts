import type { ScanProgram } from '../program.js';
import type { ViewPlan } from '@millrace/viewdef';
import type { Decline } from './declined.js';
import type { FilterPlan } from './translate-filter.js';
import { translateViews } from './translate-views.js';
import type { ScanFormat } from './translate-views.js';

/** The part of a pass that the scan evaluates; the other views go to another engine. */
export interface PassTranslation {
  /** Undefined when the scan takes no view. */
  readonly program: ScanProgram | undefined;
  /** Positions in the pass of the views in the program, in its order. */
  readonly views: readonly number[];
  /** Why the scan does not take the others. A view may be declined for several expressions. */
  readonly declines: readonly Decline[];
}

/**
 * Translates as many views of a pass as the scan takes. Views with an expression that the scan does not have
 * are left out. If the rest is too much together, the first views that fit are taken.
 */
export function translatePass(
  plans: readonly ViewPlan[],
  format: ScanFormat,
  filter?: FilterPlan,
): PassTranslation {
  const all = plans.map((_, view) => view);
  const translate = (views: readonly number[]): ReturnType<typeof translateViews> =>
    translateViews(
      views.flatMap((view) => plans[view] ?? []),
      format,
      filter,
    );
  const together = translate(all);
  if ('program' in together) return { program: together.program, views: all, declines: [] };

  const declines: Decline[] = [];
  let taken: readonly number[] = [];
  let program: ScanProgram | undefined;
  for (const view of all) {
    const more = translate([...taken, view]);
    if ('program' in more) [taken, program] = [[...taken, view], more.program];
    else for (const decline of more.declines) declines.push({ ...decline, view });
  }
  return { program, views: taken, declines };
}
