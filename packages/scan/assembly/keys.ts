import { EXPRESSION_B, EXPRESSION_C } from '../src/program-format';
import { Comparison } from './comparison';
import { ReferenceKey } from './reference-key';
import { Results } from './results';

/** Functions over the type, the id or the reference of items that are on the stack. */
export class Keys {
  static ofResourceType(x: usize, count: u32, at: u32): u32 {
    let kept: u32 = 0;
    for (let i: u32 = 0; i < count; i++) {
      const item = Results.result(at + i);
      const name = Results.textChild(item, load<u32>(x, EXPRESSION_B));
      if (name && Comparison.sameText(name, load<u32>(x, EXPRESSION_C))) Results.put(at + kept++, item);
    }
    return kept;
  }

  static ofResources(x: usize, count: u32, at: u32): u32 {
    let top = at + count;
    for (let i: u32 = 0; i < count; i++) {
      const item = Results.result(at + i);
      if (!Results.textChild(item, load<u32>(x, EXPRESSION_B))) continue;
      const id = Results.child(item, load<u32>(x, EXPRESSION_C));
      if (id && Results.hasValue(id)) top = Results.siblings(id, top);
    }
    return Results.down(at + count, at, top - at - count);
  }

  static ofReferences(x: usize, count: u32, at: u32): u32 {
    let kept: u32 = 0;
    for (let i: u32 = 0; i < count; i++) {
      const reference = Results.textChild(Results.result(at + i), load<u32>(x, EXPRESSION_B));
      const key = reference ? ReferenceKey.of(reference, load<u32>(x, EXPRESSION_C)) : 0;
      if (key) Results.put(at + kept++, key);
    }
    return kept;
  }
}
