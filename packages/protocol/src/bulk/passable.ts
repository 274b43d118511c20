import type { Fault } from '../errors/fault.js';
import type { ParameterDeclaration } from '../operations/operation.js';

/** A fault that is passed over where the client asked for it (`Prefer: handling=lenient`), and told in the manifest. */
export interface Passable {
  readonly parameter: string;
  readonly fault: Fault;
}

export function passable(parameter: string, fault: Fault): Passable {
  return { parameter, fault };
}

/**
 * Separates the faults of parameters that this server does not know. A parameter that it knows and cannot read decides
 * what is exported: without it a client would get what it did not ask for.
 */
export function passableFaults(
  faults: readonly Fault[],
  declared: readonly ParameterDeclaration[],
): { readonly faults: readonly Fault[]; readonly passable: readonly Passable[] } {
  const known = new Set(declared.map(({ name }) => name));
  const nameOf = ({ expression = '' }: Fault): string => /^[\w$-]+/.exec(expression)?.[0] ?? expression;
  const passes = (fault: Fault): boolean => fault.code === 'not-supported' && !known.has(nameOf(fault));
  return {
    faults: faults.filter((fault) => !passes(fault)),
    passable: faults.filter(passes).map((fault) => ({ parameter: nameOf(fault), fault })),
  };
}
