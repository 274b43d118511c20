/** The reference of a resource that a person names by its id, or by its reference. */
export function referenceTo(type: 'Patient' | 'Group', idOrReference: string): string {
  return idOrReference.includes('/') ? idOrReference : `${type}/${idOrReference}`;
}
