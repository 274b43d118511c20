import { STOP_END, STOP_LIMIT, STOP_ODD } from '../src/program-format';
import { Arena } from './capture-arena';
import { Capture } from './capture';
import { Expressions } from './expressions';
import { Comparison } from './comparison';
import { Line } from './line';
import { OtherTypes } from './other-types';
import { ResourceFilter } from './resource-filter';
import { ResourceType } from './resource-type';
import { Results } from './results';
import { Scalars } from './scalars';
import { ShortWalk } from './short-walk';
import { Views } from './views';

/** The lines of a chunk, one after the other. */
export class Lines {
  static indexEnd: usize = 0;
  static start: usize = 0;
  static oddFrom: usize = 0;
  static oddTo: usize = 0;
  static resources: u32 = 0;

  static run(): u32 {
    Lines.resources = 0;
    while (Line.next < Lines.indexEnd) {
      if (Views.atLimit()) return STOP_LIMIT;
      const stop = Lines.next();
      if (stop == STOP_ODD) {
        Lines.skip();
        if (Lines.isBlank()) continue;
      }
      if (stop != STOP_END) return stop;
    }
    return STOP_END;
  }

  /** Evaluates the next line, and goes past it when there is nothing against it. */
  @inline static next(): u32 {
    Line.odd = false;
    Arena.clear();
    const newline: usize = load<u32>(Line.newline);
    const last = ResourceFilter.walksShort
      ? ShortWalk.resource(Lines.start, Line.next, newline)
      : Capture.resource(Lines.start, Line.next);
    if (last != newline || Line.odd) return STOP_ODD;
    const end: usize = load<u32>(newline);
    if (Line.isSuspect(Lines.start, end)) return STOP_ODD;
    const stop = Lines.evaluate(Arena.base);
    if (stop != STOP_END) return stop;
    Line.leave(newline);
    Lines.start = end + 1;
    return STOP_END;
  }

  static skip(): void {
    const newline: usize = load<u32>(Line.newline);
    Lines.oddFrom = Lines.start;
    Lines.oddTo = load<u32>(newline);
    Lines.start = Lines.oddTo + 1;
    Line.leave(newline);
  }

  static isBlank(): bool {
    for (let p = Lines.oddFrom; p < Lines.oddTo; p++) {
      if (!Scalars.isSpace(load<u8>(p))) return false;
    }
    return true;
  }

  /** Evaluates a resource; those of other types have no rows and are counted. */
  @inline static evaluate(resource: usize): u32 {
    const name = Results.textChild(resource, ResourceType.key);
    if (!name) return STOP_ODD;
    if (!Comparison.sameText(name, ResourceType.name)) {
      if (!Line.odd) OtherTypes.count(name);
      return Line.odd ? STOP_ODD : STOP_END;
    }
    Expressions.resource = resource;
    if (ResourceFilter.filter && !ResourceFilter.passes(resource, Lines.start, Line.next)) {
      return Line.odd ? STOP_ODD : STOP_END;
    }
    const stop = Views.evaluate(resource);
    if (stop == STOP_END) Lines.resources++;
    return stop;
  }
}
