/** A view that gives one row with the id for each resource of a type. */
export function idView(resource: string) {
  return {
    resourceType: 'ViewDefinition',
    name: `${resource.toLowerCase()}s`,
    status: 'active',
    resource,
    select: [{ column: [{ name: 'id', path: 'id', type: 'id' }] }],
  };
}
