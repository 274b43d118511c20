/** The filter of a request names resources that the source does not have. */
export class FilterTargetMissingError extends Error {
  override readonly name = 'FilterTargetMissingError';
  readonly parameter: 'patient' | 'group';
  readonly references: readonly string[];

  constructor(parameter: 'patient' | 'group', references: readonly string[]) {
    super(missingText(references));
    this.parameter = parameter;
    this.references = references;
  }
}

/** Patients of the filter are not members of its groups. */
export class NotMembersError extends Error {
  override readonly name = 'NotMembersError';

  constructor(patients: readonly string[], groups: readonly string[]) {
    const verb = patients.length === 1 ? 'was not a member' : 'were not members';
    const of = listed(groups.map((id) => `Group/${id}`));
    super(`${listed(patients.map((id) => `Patient/${id}`))} ${verb} of ${of} when the export was accepted`);
  }
}

/** The text for a client about resources that the source does not have; it names a few of them. */
function missingText(references: readonly string[]): string {
  return `${listed(references)} ${references.length === 1 ? 'does' : 'do'} not exist in the source`;
}

function listed(references: readonly string[]): string {
  const named = references.slice(0, 5).join(', ');
  return references.length > 5 ? `${named} and ${references.length - 5} more` : named;
}

/** A group that is a member of a group of the filter is not in the source, so its members are unknown. */
export class NestedGroupMissingError extends Error {
  override readonly name = 'NestedGroupMissingError';
  readonly ids: readonly string[];

  constructor(ids: readonly string[]) {
    super(`${missingText(ids.map((id) => `Group/${id}`))}, but a group of the request has it as a member`);
    this.ids = ids;
  }
}

/** The source has several groups of one id, and nobody knows which of them says who belongs to it. */
export class RepeatedGroupError extends Error {
  override readonly name = 'RepeatedGroupError';

  constructor(id: string) {
    super(
      `the source has more than one Group/${id}, so that it is not known who belongs to it; leave one of them, or declare that the ` +
        'source holds several versions of a resource (VERSIONED_SOURCES)',
    );
  }
}

/** The filter has more groups than the limit allows. */
export class CohortTooLargeError extends Error {
  override readonly name = 'CohortTooLargeError';
  readonly what: 'patients' | 'groups' | 'levels of groups';
  readonly most: number;

  constructor(what: 'patients' | 'groups' | 'levels of groups', most: number) {
    super(`the groups of the request have more than ${most} ${what}; ask for fewer, or for the whole source`);
    this.what = what;
    this.most = most;
  }
}
