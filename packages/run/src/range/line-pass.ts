import { KernelFaultError } from '@millrace/formats';
import type { CompiledView, JsonValue } from '@millrace/viewdef';
import { createResourceParser } from '@millrace/viewdef';
import { createProgress } from './evaluation-progress.js';
import type { EvaluationProgress } from './evaluation-progress.js';
import { RowError } from './input-error.js';
import type { OpenParts } from './open-parts.js';
import type { ResourceFilter } from './resource-filter.js';
import { createResourceLines } from './resource-lines.js';
import type { LinePass, PassedOver } from './resource-lines.js';

/**
 * The hot loop: lines to rows for all views of a pass. Each line is parsed once.
 *
 * @param passed as `createResourceLines` has it
 * @param filter which resources are evaluated; all of them without it
 * @param progress records what is being evaluated
 */
export function createLinePass(
  input: { readonly key: string; readonly resourceType: string },
  views: readonly { readonly subject: number; readonly view: CompiledView }[],
  parts: Pick<OpenParts, 'add' | 'full'>,
  passed: PassedOver,
  filter?: ResourceFilter,
  progress: EvaluationProgress = createProgress(),
): LinePass {
  const parse = createResourceParser(views.map(({ view }) => view));
  const emitters = views.map((_, index) => (row: Parameters<OpenParts['add']>[1]) => {
    parts.add(index, row);
  });

  function evaluate(resource: JsonValue, offset: number): void {
    for (let index = 0; index < views.length; index += 1) {
      const { view, subject } = views[index] as (typeof views)[number];
      progress.subject(subject);
      try {
        view.evaluate(resource, emitters[index] as (typeof emitters)[number]);
      } catch (error) {
        // Rows are encoded many at a time: it may be due to any of them, and is not a fault of the data.
        if (error instanceof KernelFaultError) throw error;
        const id = (resource as { readonly id?: JsonValue }).id;
        const name = `${input.resourceType}/${typeof id === 'string' ? id : '(without id)'}`;
        const reason = error instanceof Error ? error.message : String(error);
        throw new RowError({ key: input.key, offset, subject, resource: name }, reason, error);
      }
    }
  }

  const use = { parse, take: evaluate, isFull: () => parts.full };
  return createResourceLines(input.resourceType, use, passed, filter, progress);
}
