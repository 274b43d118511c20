import type {
  Level,
  OperationDeclaration,
  ParameterDeclaration,
  RefusedParameter,
} from '../operations/operation.js';
import type { ReadParameter } from './read-parameters.js';

/** The parameters of an operation at a level, and those to which it says there why it does not take them. */
export function takenParameters(
  operation: Pick<OperationDeclaration, 'parameters' | 'refused'>,
  level: Level,
): { readonly declared: readonly ParameterDeclaration[]; readonly refused: readonly RefusedParameter[] } {
  return {
    declared: operation.parameters.filter((parameter) => isTaken(parameter, level)),
    refused: [...operation.refused, ...elsewhere(operation, level)],
  };
}

function isTaken({ levels }: ParameterDeclaration, level: Level): boolean {
  return levels === undefined || levels.includes(level);
}

/** Parameters that the operation takes at its other levels only. */
function elsewhere(
  operation: Pick<OperationDeclaration, 'parameters'>,
  level: Level,
): readonly RefusedParameter[] {
  return operation.parameters
    .filter((parameter) => !isTaken(parameter, level))
    .map(({ name, levels = [] }) => ({
      name,
      code: 'invalid',
      why: `it is allowed at the levels ${levels.join(' and ')} only; here the URL names the subject`,
    }));
}

export function valueOf(parameters: readonly ReadParameter[], name: string): ReadParameter['value'] {
  return parameters.find((parameter) => parameter.name === name)?.value;
}

export function textOf(parameters: readonly ReadParameter[], name: string): string | undefined {
  const value = valueOf(parameters, name);
  return value?.type === 'string' ? value.value : undefined;
}
