/**
 * A condition on one element, in FHIRPath with the element as `$this`. It is made of `and` and `or` alone, so that several can be
 * joined by `or` without brackets. Or why a value cannot be searched for, as the end of a sentence about it.
 */
export type Condition = { readonly condition: string } | { readonly fault: string };

export function condition(text: string): Condition {
  return { condition: text };
}

export function fault(text: string): Condition {
  return { fault: text };
}
