import type { Notice } from '@millrace/export';
import type { ContextEntry } from '@millrace/sqlquery';
import type { Fault } from '../errors/fault.js';
import { checkDependencies } from './check-dependencies.js';
import { checkLibraries } from './check-libraries.js';
import { checkSubjects } from './check-subjects.js';
import type { CheckedSubjects } from './check-subjects.js';
import type { CheckViews, Target } from './check-view.js';
import type { DefinitionResolver } from './definition-resolver.js';
import { resolveSubjects } from './resolve-subjects.js';
import type { AskedFor, ResolvedSubject } from './resolve-subjects.js';
import { MOST_STORED_CHARACTERS, tooMuchStored } from './stored-characters.js';

/** The checks and limits for the artefacts of a request. */
export interface ArtefactChecks {
  /** Public FHIR base. */
  readonly baseUrl: string;
  readonly definitions: DefinitionResolver;
  readonly checkViews: CheckViews;
  /** Waits until there is room for copies of stored artefacts with this many characters. @throws BusyError */
  readonly takeRoom: (characters: number) => Promise<void>;
}

export interface CheckedArtefacts {
  /** In request order; undefined for a subject that was not found. */
  readonly resolved: readonly (ResolvedSubject | undefined)[];
  /** In request order; undefined for a subject that has a fault, or whose SQL is not run. */
  readonly accepted: CheckedSubjects['subjects'];
  readonly faults: readonly Fault[];
  /** How many faults there are beside these. */
  readonly unlisted: number;
  /** A fault for each subject with SQL. They count where nothing else is wrong. */
  readonly notRun: readonly Fault[];
  /** Warnings about views that were accepted. */
  readonly notices: readonly Notice[];
}

/** Finds all artefacts that a request names or depends on, and checks them. Views are compiled once all of them are found. */
export async function checkArtefacts(
  asked: AskedFor & { readonly context: readonly ContextEntry[] },
  target: Target,
  { baseUrl, definitions, checkViews, takeRoom }: ArtefactChecks,
): Promise<CheckedArtefacts> {
  const { subjects, byCanonical, stored, faults } = await resolveSubjects(asked, definitions, baseUrl);
  const libraries = await checkLibraries(
    { subjects, context: asked.context },
    byCanonical,
    (url) => definitions.versionsOf?.(url) ?? Promise.resolve([]),
  );
  const isTooMuch = stored + libraries.stored > MOST_STORED_CHARACTERS;
  const artefacts = isTooMuch ? [] : libraries.artefacts;
  await takeRoom(isTooMuch ? stored : stored + libraries.stored);
  const checked = await checkSubjects(subjects, asked.operation.subject.kinds, target, checkViews);
  const dependencies = await checkDependencies(artefacts, subjects, target, checkViews);
  return {
    resolved: subjects,
    accepted: checked.subjects,
    faults: [
      ...faults,
      ...checked.faults,
      ...libraries.faults,
      ...(isTooMuch ? [tooMuchStored(undefined)] : []),
      ...dependencies.faults,
    ],
    unlisted: checked.unlisted + dependencies.unlisted,
    notRun: libraries.notRun,
    notices: checked.notices,
  };
}
