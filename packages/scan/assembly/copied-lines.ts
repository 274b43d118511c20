import { STOP_END, STOP_LIMIT, STOP_ODD } from '../src/program-format';
import { Arena } from './capture-arena';
import { Capture } from './capture';
import { Comparison } from './comparison';
import { Expressions } from './expressions';
import { Extents } from './extents';
import { Line } from './line';
import { Lines } from './lines';
import { OtherTypes } from './other-types';
import { ResourceFilter } from './resource-filter';
import { ResourceType } from './resource-type';
import { Results } from './results';
import { ShortWalk } from './short-walk';
import { SkippedValues } from './skipped-values';

/** The lines of a chunk that are copied, as extents: those of the type that pass the filter. Nothing is made of them. */
export class CopiedLines {
  static run(mostLines: u32, mostBytes: u32): u32 {
    Extents.clear(mostLines, mostBytes);
    while (Line.next < Lines.indexEnd) {
      if (Extents.atLimit()) return STOP_LIMIT;
      if (CopiedLines.next()) continue;
      Lines.skip();
      if (!Lines.isBlank()) return STOP_ODD;
    }
    return STOP_END;
  }

  /** Decides about the next line, and goes past it; false when it is odd. */
  @inline static next(): bool {
    Line.odd = false;
    Arena.clear();
    const newline: usize = load<u32>(Line.newline);
    const last = ResourceFilter.walksShort
      ? ShortWalk.resource(Lines.start, Line.next, newline)
      : Capture.resource(Lines.start, Line.next);
    if (last != newline || Line.odd) return false;
    const end: usize = load<u32>(newline);
    if (Line.isSuspect(Lines.start, end)) return false;
    if (!CopiedLines.add(Arena.base, Lines.start, end + 1)) return false;
    Line.leave(newline);
    Lines.start = end + 1;
    return true;
  }

  /** Adds the line of a resource if it is copied; resources of other types are counted. False when the line is odd. */
  @inline static add(resource: usize, start: usize, end: usize): bool {
    const name = Results.textChild(resource, ResourceType.key);
    if (!name) return false;
    if (!Comparison.sameText(name, ResourceType.name)) {
      if (!Line.odd) OtherTypes.count(name);
      return !Line.odd;
    }
    Expressions.resource = resource;
    const passes = ResourceFilter.passes(resource, start, Line.next);
    if (Line.odd) return false;
    // One that is left out by its time may have another time behind it.
    return CopiedLines.isWhole() && (!passes || Extents.add(start, end));
  }

  /**
   * Whether all brackets of the line close, nothing follows on them, and `meta` is there once at most: a line that was cut off is
   * not copied, and of two times of a change the last one counts.
   */
  @inline static isWhole(): bool {
    return (
      !ResourceFilter.walksShort ||
      SkippedValues.closed(SkippedValues.followResource(Line.next)) == <usize>load<u32>(Line.newline)
    );
  }
}
