import { passesOf } from '@millrace/export';
import type { Format } from '@millrace/formats';
import { translatePass, type Decline } from '@millrace/scan';
import type { CompiledView } from '@millrace/viewdef';

interface NamedView {
  readonly name: string;
  readonly compiled: CompiledView;
}

/** A line for each expression, or other reason, that keeps its view off the scan, the fast engine. */
export function leftExpressions(views: readonly NamedView[], format: Format): readonly string[] {
  return passesOf(views.map(({ compiled }) => ({ resourceType: compiled.resource, isAlone: false }))).flatMap(
    ({ subjects }) => {
      const together = subjects.flatMap((subject) => views[subject] ?? []);
      const { declines } = translatePass(
        together.map(({ compiled }) => compiled.plan),
        format,
      );
      return declines.map((decline) => lineOf(together[decline.view]?.name ?? '', decline));
    },
  );
}

function lineOf(name: string, { expression, reason }: Decline): string {
  const place = expression === undefined ? 'it' : `${expression.element} "${expression.path}"`;
  return `note: view "${name}" runs slower, with the same rows: ${place} does not run on the scan, because ${reason}`;
}
