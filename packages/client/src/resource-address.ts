/** The URL of a type of resources, or of one of them. @throws TypeError for a type or an id that FHIR does not have: it would be another address. */
export function addressOf(server: string, type: string, id?: string): string {
  if (!/^[A-Z][A-Za-z]{0,63}$/.test(type))
    throw new TypeError(`${JSON.stringify(type)} is not a resource type, such as ViewDefinition`);
  const base = `${server.replace(/\/+$/, '')}/${type}`;
  if (id === undefined) return base;
  // https://hl7.org/fhir/R4/datatypes.html#id
  if (!/^[A-Za-z0-9.-]{1,64}$/.test(id) || /^\.\.?$/.test(id))
    throw new TypeError(
      `${JSON.stringify(id)} is not the id of a resource: 1 to 64 of A-Z, a-z, 0-9, - and .`,
    );
  return `${base}/${id}`;
}

/** `versionId` of a resource is an id, too. @throws TypeError */
export function versionAddress(server: string, type: string, id: string, versionId: string): string {
  if (!/^[A-Za-z0-9.-]{1,64}$/.test(versionId) || /^\.\.?$/.test(versionId))
    throw new TypeError(`${JSON.stringify(versionId)} is not the version of a resource`);
  return `${addressOf(server, type, id)}/_history/${versionId}`;
}
