import { z } from 'zod';

const common = {
  /** Output name: unique in the export, a plain file name. */
  name: z.string(),
};

/** One artefact of the request, resolved and checked at kick-off. Yields exactly one output. */
export const subjectSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('view'),
    ...common,
    /** The ViewDefinition as it was resolved; the export never looks it up again. */
    view: z.record(z.string(), z.unknown()),
  }),
]);
export type Subject = z.infer<typeof subjectSchema>;

/** A subject that has no output name yet. */
export type UnnamedSubject = Unnamed<Subject>;
type Unnamed<Kind> = Kind extends Subject ? Omit<Kind, 'name'> : never;

/** Type of the resources that a subject is made of. */
export function resourceTypeOf(subject: Subject): string {
  switch (subject.kind) {
    case 'view':
      return String(subject.view['resource']);
    default:
      return subject.kind satisfies never;
  }
}
