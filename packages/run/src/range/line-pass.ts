import { isUtf8 } from 'node:buffer';
import { KernelFaultError } from '@millrace/formats';
import type { CompiledView, JsonValue } from '@millrace/viewdef';
import { createResourceParser } from '@millrace/viewdef';
import { createProgress } from './evaluation-progress.js';
import type { EvaluationProgress } from './evaluation-progress.js';
import { RowError } from './input-error.js';
import { lineReason } from './line-reason.js';
import type { OpenParts } from './open-parts.js';
import { judge } from './resource-filter.js';
import type { ResourceFilter } from './resource-filter.js';

const NEWLINE = 0x0a;

/** A line that is not a resource, before its number in the file is known. */
export interface BadLine {
  readonly offset: number;
  readonly reason: string;
}

/**
 * Listener for lines and resources that no view sees, and for resources that pass the filter without a
 * readable date.
 */
export interface PassedOver {
  onBadLine(line: BadLine): void;
  onOtherType(resourceType: unknown): void;
  /** A resource passes the filter because it cannot be read when it was changed. */
  onUndated(offset: number): void;
}

export interface LinePass {
  readonly resources: number;
  /**
   * Evaluates the whole lines of `bytes` from `at`, until they are used up, a part is full, or `pause` says so, but one
   * at least. Returns the position after the last line that was evaluated.
   */
  consume(bytes: Buffer, at: number, blockOffset: number, pause?: () => boolean): number;
}

/**
 * The hot loop: lines to rows for all views of a pass. Each line is parsed once; everything in it is synchronous.
 *
 * @param passed gets the lines that are not resources, which are skipped unless it throws, the resources of other
 *   types, and those without a readable date
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
  let resources = 0;

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

  function refuse(line: Buffer, offset: number, fault: string): undefined {
    passed.onBadLine({ offset, reason: lineReason(line, fault) });
  }

  function resourceOf(line: Buffer, offset: number): JsonValue | undefined {
    const text = line.toString('utf8');
    // Before it is parsed: a million errors that nobody sees took a minute.
    if (text.trim() === '') return undefined;
    let value: JsonValue;
    try {
      value = parse(text);
    } catch (error) {
      return refuse(line, offset, error instanceof Error ? error.message : String(error));
    }
    if (typeof value !== 'object' || value === null || !('resourceType' in value)) {
      return refuse(line, offset, 'it needs to be a JSON object with a resourceType');
    }
    if (value.resourceType === input.resourceType) return value;
    passed.onOtherType(value.resourceType);
    return undefined;
  }

  function passes(resource: JsonValue, offset: number): boolean {
    const judgement = filter === undefined ? 'passes' : judge(filter, resource);
    if (judgement === 'undated') passed.onUndated(offset);
    return judgement !== 'left out';
  }

  return {
    get resources() {
      return resources;
    },
    consume(bytes, at, blockOffset, pause = never) {
      const validText = isUtf8(bytes);
      while (at < bytes.length && !parts.full) {
        const newline = bytes.indexOf(NEWLINE, at);
        const end = newline < 0 ? bytes.length : newline;
        const offset = blockOffset + at;
        progress.line(offset);
        const line = bytes.subarray(at, end);
        if (!validText && !isUtf8(line)) {
          refuse(line, offset, 'it is not valid UTF-8');
        } else {
          const resource = resourceOf(line, offset);
          if (resource !== undefined && passes(resource, offset)) {
            resources += 1;
            evaluate(resource, offset);
          }
        }
        at = end + 1;
        if (pause()) break;
      }
      return Math.min(at, bytes.length);
    },
  };
}

function never(): boolean {
  return false;
}
