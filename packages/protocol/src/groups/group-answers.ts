/**
 * The JSON of a Bundle of type searchset, piece by piece.
 *
 * @param groups the lines of the resources, as the source has them; one without id has no full URL
 * @param url that was asked for, absolute
 */
export function* groupSearchPieces(
  groups: readonly { readonly id: string | undefined; readonly line: Buffer }[],
  baseUrl: string,
  url: string,
): Generator<string | Buffer> {
  const head = {
    resourceType: 'Bundle',
    type: 'searchset',
    total: groups.length,
    link: [{ relation: 'self', url }],
  };
  yield JSON.stringify(head).slice(0, -1);
  for (const [index, { id, line }] of groups.entries()) {
    const fullUrl = id === undefined ? '' : `"fullUrl":${JSON.stringify(`${baseUrl}/Group/${id}`)},`;
    yield `${index === 0 ? ',"entry":[' : ','}{${fullUrl}"resource":`;
    yield line;
    yield ',"search":{"mode":"match"}}';
  }
  yield groups.length === 0 ? '}' : ']}';
}
