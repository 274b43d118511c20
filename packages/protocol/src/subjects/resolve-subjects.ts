import { canonicalText, parseCanonical, parseReference, type Canonical, type Resource } from '@millrace/fhir';
import type { DefinitionResolver } from './definition-resolver.js';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { SubjectKind, SubjectNaming } from '../operations/operation.js';
import type { AskedSubject, SubjectForm } from './subject.js';
import { trimSlash } from '../http/urls.js';
import { absentCanonical, absentReference, foreignReference } from './absent-subject.js';
import { MOST_STORED_CHARACTERS, charactersOf, tooMuchStored } from './stored-characters.js';
import { wrongType } from './subject-kind.js';

/** A subject whose resource is known. */
export interface ResolvedSubject extends AskedSubject {
  readonly form: SubjectForm;
  readonly resource: Resource;
}

export interface ResolvedSubjects {
  /** Finds another artefact of the request, each once. */
  readonly byCanonical: (canonical: Canonical) => Promise<Resource | undefined>;
  /** Characters of the stored ones, each as often as it is named. */
  readonly stored: number;
  /** In request order; undefined for a subject that has a fault. */
  readonly subjects: readonly (ResolvedSubject | undefined)[];
  readonly faults: readonly Fault[];
}

/** The subjects of a request, and what may be one. */
export interface AskedFor {
  readonly operation: {
    readonly subject: Pick<SubjectNaming, 'kinds' | 'reference' | 'resource' | 'referenceMayBeCanonical'>;
  };
  readonly subjects: readonly AskedSubject[];
}

type Found = { readonly resource: Resource } | { readonly fault: Fault };

/**
 * Finds the artefact of each subject. One canonical or reference is looked up once per export, so that every
 * subject that names it sees the same content.
 *
 * @param baseUrl public FHIR base: absolute references below it are references to this server
 */
export async function resolveSubjects(
  kickOff: AskedFor,
  definitions: DefinitionResolver,
  baseUrl: string,
): Promise<ResolvedSubjects> {
  const naming = kickOff.operation.subject;
  const { kinds, referenceMayBeCanonical } = naming;
  const found = new Map<string, Promise<Resource | undefined>>();
  const once = (key: string, find: () => Promise<Resource | undefined>): Promise<Resource | undefined> => {
    const pending = found.get(key) ?? find();
    found.set(key, pending);
    return pending;
  };
  const byCanonical = (canonical: Canonical): Promise<Resource | undefined> =>
    once(canonicalText(canonical), () => definitions.byCanonical(canonical));

  const resolve = async (form: SubjectForm): Promise<Found> => {
    switch (form.kind) {
      case 'inline':
        return { resource: form.resource };
      case 'canonical': {
        const { canonical } = form;
        const resource = await byCanonical(canonical);
        const { url, version } = canonical;
        const isOther = resource === undefined && version !== undefined;
        const other = isOther ? await byCanonical({ url, version: undefined }) : undefined;
        return orAbsent(resource, form, absentCanonical(canonical, other, naming));
      }
      case 'reference': {
        const { reference: text } = form;
        const reference = parseReference(text);
        const isLocal = reference?.base === undefined || reference.base === trimSlash(baseUrl);
        if (reference !== undefined && isLocal) {
          const { type, id, versionId } = reference;
          if (!kinds.some((kind) => resourceTypeOf(kind) === type)) {
            return { fault: wrongType(type, form.expression, kinds) };
          }
          const key = versionId === undefined ? `${type}/${id}` : `${type}/${id}/_history/${versionId}`;
          const resource = await once(key, () => definitions.byReference({ type, id, versionId }));
          const isOther = resource === undefined && versionId !== undefined;
          const absent = absentReference(type, id, naming);
          return orAbsent(
            resource,
            form,
            isOther ? `version ${quote(versionId)} of ${type}/${id} does not exist` : absent,
          );
        }
        const canonical = referenceMayBeCanonical ? parseCanonical(text) : undefined;
        const resource = canonical === undefined ? undefined : await byCanonical(canonical);
        return orAbsent(resource, form, foreignReference(text, trimSlash(baseUrl)));
      }
      default:
        return form satisfies never;
    }
  };

  const faults: Fault[] = [];
  const subjects: (ResolvedSubject | undefined)[] = [];
  let stored = 0;
  for (const subject of kickOff.subjects) {
    const { form } = subject;
    const result = form === undefined ? undefined : await resolve(form);
    if (form !== undefined && form.kind !== 'inline' && result !== undefined && 'resource' in result) {
      stored += charactersOf(result.resource);
      if (stored > MOST_STORED_CHARACTERS) {
        // The rest is not looked at: it is refused in any case.
        return {
          byCanonical,
          stored: 0,
          subjects: kickOff.subjects.map((_, at) => subjects[at]),
          faults: [...faults, tooMuchStored(form.expression)],
        };
      }
    }
    if (result !== undefined && 'fault' in result) faults.push(result.fault);
    subjects.push(
      form !== undefined && result !== undefined && 'resource' in result
        ? { ...subject, form, resource: result.resource }
        : undefined,
    );
  }
  return { byCanonical, subjects, faults, stored };
}

function resourceTypeOf(kind: SubjectKind): string {
  return kind === 'ViewDefinition' ? kind : 'Library';
}

function orAbsent(resource: Resource | undefined, { expression }: SubjectForm, diagnostics: string): Found {
  if (resource !== undefined) return { resource };
  return {
    fault: {
      status: 404,
      code: 'not-found',
      diagnostics,
      ...(expression === undefined ? {} : { expression }),
    },
  };
}
