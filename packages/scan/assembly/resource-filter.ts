import {
  FILTER_CHANGED,
  FILTER_ID_COUNT,
  FILTER_IDS,
  FILTER_NANOSECONDS,
  FILTER_SECONDS,
  FILTER_SET,
  KIND_STRING,
  VALUE_KIND,
  VALUE_LENGTH,
  VALUE_START,
} from '../src/program-format';
import { CanonicalText } from './canonical-text';
import { Expressions } from './expressions';
import { IdSet } from './id-set';
import { Instant } from './instant';
import { Line } from './line';
import { Results } from './results';

/** Which resources are evaluated. The others cost the walk along their line, and no expression of a view. */
export class ResourceFilter {
  /** 0 when all are. */
  static filter: usize = 0;

  /** When the line is odd there is no answer. */
  @inline static passes(resource: usize): bool {
    const filter = ResourceFilter.filter;
    if (!filter) return true;
    return (
      ResourceFilter.isChanged(filter, resource) && ResourceFilter.isAmong(filter, resource) && !Line.odd
    );
  }

  /** What does not say when it was changed passes. */
  static isChanged(filter: usize, resource: usize): bool {
    const changed: usize = load<u32>(filter, FILTER_CHANGED);
    if (!changed || !Expressions.evaluate(changed, resource, 0)) return true;
    const value = Results.result(0);
    if (load<u32>(value, VALUE_KIND) != KIND_STRING) return true;
    const text = CanonicalText.of(value);
    if (!Instant.read(load<u32>(text, VALUE_START), load<u32>(text, VALUE_LENGTH))) return true;
    const since = load<i64>(filter, FILTER_SECONDS);
    if (Instant.seconds != since) return Instant.seconds > since;
    return Instant.nanoseconds > load<u32>(filter, FILTER_NANOSECONDS);
  }

  static isAmong(filter: usize, resource: usize): bool {
    const set: usize = load<u32>(filter, FILTER_SET);
    if (!set) return true;
    let expression: usize = load<u32>(filter, FILTER_IDS);
    for (let i = load<u32>(filter, FILTER_ID_COUNT); i; i--, expression += 4) {
      const count = Expressions.evaluate(load<u32>(expression), resource, 0);
      for (let at: u32 = 0; at < count; at++) {
        const id = Results.result(at);
        if (load<u32>(id, VALUE_KIND) == KIND_STRING && IdSet.has(set, CanonicalText.of(id))) return true;
      }
    }
    return false;
  }
}
