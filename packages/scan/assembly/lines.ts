import { STOP_END, STOP_FULL, STOP_LIMIT, STOP_ODD } from '../src/program-format';
import { Arena } from './capture-arena';
import { Capture } from './capture';
import { Expressions } from './expressions';
import { Comparison } from './comparison';
import { Line } from './line';
import { Results } from './results';
import { LineGrammar } from './line-grammar';
import { Scalars } from './scalars';
import { Views } from './views';

/** The lines of a chunk, one after the other. */
export class Lines {
  static typeKey: u32 = 0;
  static typeName: usize = 0;
  static indexEnd: usize = 0;
  static start: u32 = 0;
  static oddFrom: u32 = 0;
  static oddTo: u32 = 0;
  static resources: u32 = 0;

  static run(): u32 {
    Lines.resources = 0;
    while (Line.next < Lines.indexEnd) {
      if (Views.atLimit()) return STOP_LIMIT;
      const at = Line.next;
      const newline = LineGrammar.check(Lines.start, at);
      if (!newline) {
        Lines.skip();
        if (Lines.isBlank()) continue;
        return STOP_ODD;
      }
      const end = load<u32>(newline);
      const stop = Line.isSuspect(Lines.start, end) ? STOP_ODD : Lines.evaluate(at);
      Line.next = at;
      if (stop == STOP_FULL) return STOP_FULL;
      if (stop == STOP_ODD) {
        Lines.skip();
        return STOP_ODD;
      }
      Line.next = newline + 4;
      Lines.start = end + 1;
    }
    return STOP_END;
  }

  static skip(): void {
    const newline = LineGrammar.newlineFrom(Line.next);
    Lines.oddFrom = Lines.start;
    Lines.oddTo = load<u32>(newline);
    Lines.start = Lines.oddTo + 1;
    Line.next = newline + 4;
  }

  static isBlank(): bool {
    for (let p = Lines.oddFrom; p < Lines.oddTo; p++) {
      if (!Scalars.isSpace(Line.byteAt(p))) return false;
    }
    return true;
  }

  /** Evaluates a line that is JSON; resources of other types have no rows. */
  @inline static evaluate(at: usize): u32 {
    Line.odd = false;
    Arena.clear();
    const resource = Capture.resource(at);
    if (Line.odd) return STOP_ODD;
    const name = Results.textChild(resource, Lines.typeKey, 0);
    if (!name) return STOP_ODD;
    if (!Comparison.sameText(name, Lines.typeName)) return Line.odd ? STOP_ODD : STOP_END;
    Expressions.resource = resource;
    const stop = Views.evaluate(resource);
    if (stop == STOP_END) Lines.resources++;
    return stop;
  }
}
