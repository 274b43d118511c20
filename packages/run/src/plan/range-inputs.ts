import type { PinnedInput, Source, SourceSurvey } from '@millrace/storage';

/** An input that views are evaluated over. */
export interface RangeInput {
  /** Engine threads open it by its name. */
  readonly source: Source;
  readonly input: PinnedInput;
  /** For people; no two inputs share it. */
  readonly name: string;
  /** Whether it can be read once only, from its start: it is not cut, and one pass reads it. */
  readonly isReadOnce: boolean;
  /** The bytes of the input, where it is in no source that engine threads could open. */
  readonly content?: SharedArrayBuffer;
}

/** The inputs of a plan. */
export interface RangeInputs {
  /** Inputs that may hold resources of a type, each once, in the order in which their rows come out. */
  of(resourceType: string): Promise<readonly RangeInput[]>;
  /** Lists the files beside the inputs of these resource types. */
  survey(resourceTypes: readonly string[]): Promise<SourceSurvey>;
}

/** All inputs of one source. */
export function inputsOf(source: Source): RangeInputs {
  return {
    async of(resourceType) {
      const inputs = await source.list(resourceType);
      return inputs.map((input) => ({ source, input, name: input.key, isReadOnce: false }));
    },
    survey: (resourceTypes) => source.survey(resourceTypes),
  };
}
