import { isUtf8 } from 'node:buffer';
import type { JsonValue } from '@millrace/viewdef';
import type { EvaluationProgress } from './evaluation-progress.js';
import { lineReason } from './line-reason.js';
import { judge } from './resource-filter.js';
import type { ResourceFilter } from './resource-filter.js';

const NEWLINE = 0x0a;

/** A line that is not a resource, before its number in the file is known. */
export interface BadLine {
  readonly offset: number;
  readonly reason: string;
}

/**
 * Listener for lines and resources that are passed over, and for resources that pass the filter without a
 * readable date.
 */
export interface PassedOver {
  onBadLine(line: BadLine): void;
  onOtherType(resourceType: unknown): void;
  /** A resource passes the filter because it cannot be read when it was changed. */
  onUndated(offset: number): void;
}

/** Does something with lines of an input. */
export interface LinePass {
  /** How many resources passed the filter. */
  readonly resources: number;
  /**
   * Takes the whole lines of `bytes` from `at`, until they are used up, a part is full, or `pause` says so, but one
   * at least. Returns the position after the last line that was taken.
   */
  consume(bytes: Buffer, at: number, blockOffset: number, pause?: () => boolean): number;
}

/** The use that is made of resources. */
export interface ResourceUse {
  /** Parses a line. @throws when it is no JSON */
  parse(text: string): JsonValue;
  /** @param line of the resource, without its newline */
  take(resource: JsonValue, offset: number, line: Buffer): void;
  /** Whether no further line is to be taken. */
  isFull(): boolean;
}

/**
 * Parses lines one by one, and hands on the resources of a type that pass a filter. Everything in it is synchronous.
 *
 * @param passed gets the lines that are not resources, which are skipped unless it throws, the resources of other
 *   types, and those without a readable date
 * @param filter which resources are taken; all of them without it
 * @param progress records what is being evaluated
 */
export function createResourceLines(
  resourceType: string,
  use: ResourceUse,
  passed: PassedOver,
  filter: ResourceFilter | undefined,
  progress: EvaluationProgress,
): LinePass {
  let resources = 0;

  function refuse(line: Buffer, offset: number, fault: string): undefined {
    passed.onBadLine({ offset, reason: lineReason(line, fault) });
  }

  function resourceOf(line: Buffer, offset: number): JsonValue | undefined {
    const text = line.toString('utf8');
    // Before it is parsed: a million errors that nobody sees took a minute.
    if (text.trim() === '') return undefined;
    let value: JsonValue;
    try {
      value = use.parse(text);
    } catch (error) {
      return refuse(line, offset, error instanceof Error ? error.message : String(error));
    }
    if (typeof value !== 'object' || value === null || !('resourceType' in value)) {
      return refuse(line, offset, 'it needs to be a JSON object with a resourceType');
    }
    if (value.resourceType === resourceType) return value;
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
      while (at < bytes.length && !use.isFull()) {
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
            use.take(resource, offset, line);
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
