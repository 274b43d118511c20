import * as z from 'zod';
import { sqlSubjectShape } from './sql/sql-relations.js';

const common = {
  /** Output name: unique in the export, a plain file name. */
  name: z.string(),
};

/** One artefact of the request, resolved and checked at kick-off. Yields one output. */
export const subjectSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('view'),
    ...common,
    /** The ViewDefinition as it was resolved; the export never looks it up again. */
    view: z.record(z.string(), z.unknown()),
  }),
  /** The resources of one type, as they are stored. */
  z.object({
    kind: z.literal('resources'),
    ...common,
    resourceType: z.string(),
    /** Root elements that are kept, without those that always are. Absent: all. */
    elements: z.array(z.string()).min(1).optional(),
    /** FHIRPath predicates: resources that one of them is true for. Absent: all. */
    where: z.array(z.string()).min(1).optional(),
    /**
     * Provenance only: that of exported resources, whatever its own age; all of it, or for each resource the one that was
     * recorded last. Absent: as any type, and of patients also that of other resources in their compartments.
     */
    associated: z.enum(['relevant', 'latest']).optional(),
  }),
  /** The deletions that the source knows of: transaction Bundles with `DELETE` requests. */
  z.object({
    kind: z.literal('deletions'),
    ...common,
    /** Deletions of other types are left out. */
    resourceTypes: z.array(z.string()).min(1),
  }),
  /**
   * The resources of all subjects of resources, in blocks of one patient each. These subjects have no output of their own
   * then.
   */
  z.object({ kind: z.literal('blocks'), ...common, by: z.literal('Patient') }),
  /** The rows of an SQLQuery or SQLView over `sql` of the request. `programOf` puts both together. */
  z.object({ kind: z.literal('sql'), ...common, ...sqlSubjectShape }),
]);
export type Subject = z.infer<typeof subjectSchema>;

/** A subject that has no output name yet. */
export type UnnamedSubject = Unnamed<Subject>;
type Unnamed<Kind> = Kind extends Subject ? Omit<Kind, 'name'> : never;

/**
 * Type of the resources that a subject is made of. Deletions are not of one type: `deleted` is the name under which a source
 * lists their files.
 *
 * @throws Error for SQL, which reads tables
 */
export function resourceTypeOf(subject: Subject): string {
  switch (subject.kind) {
    case 'view':
      return String(subject.view['resource']);
    case 'resources':
      return subject.resourceType;
    case 'deletions':
      return 'deleted';
    case 'blocks':
      return subject.by;
    case 'sql':
      throw new Error(`the subject ${subject.name} is SQL and reads no resources itself`);
    default:
      return subject satisfies never;
  }
}
