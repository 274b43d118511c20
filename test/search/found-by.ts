import { searchPredicates } from '@millrace/search';
import { compileView, createResourceParser } from '@millrace/viewdef';

/** Whether a search finds a resource, by the predicates that our engines evaluate. */
export function foundBy(search: string): (resource: object) => boolean {
  const read = searchPredicates(search);
  if (read === undefined) throw new Error(`${search} is no search`);
  if (read.refused.length > 0) throw new Error(read.refused.map(({ why }) => why).join('; '));
  const { resourceType, predicates = ['true'] } = read;
  const views = predicates.map((path) =>
    compileView({
      resourceType: 'ViewDefinition',
      status: 'active',
      resource: resourceType,
      select: [{ column: [{ name: 'id', path: 'id' }] }],
      where: [{ path }],
    }),
  );
  const parse = createResourceParser(views);
  return (resource) => {
    const parsed = parse(JSON.stringify(resource));
    let found = false;
    for (const view of views) view.evaluate(parsed, () => (found = true));
    return found;
  };
}
