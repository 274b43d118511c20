import type { Constants } from '../definition/constants.js';
import { declaredType } from '../definition/column-type.js';
import { root } from '../definition/read-definition.js';
import type { ElementPath } from '../definition/read-definition.js';
import type { Column, Select, ViewDefinition } from '../definition/view-definition.js';
import type { ViewIssue } from '../errors.js';
import { isAbstract } from '../model/fhir-elements.js';
import type { FhirModel } from '../model/fhir-model.js';
import { anyOf, kindOf, nameKinds, sortOf } from '../model/kinds.js';
import type { Possible } from '../model/kinds.js';
import type { ReadPath } from '../ir/read-path.js';
import { checkColumnType } from './column-type.js';
import type { Finding } from './finding.js';
import { checkRootNames } from './root-names.js';
import { checkSqlType } from './sql-type.js';
import { typeExpression } from './type-expression.js';

/** A view whose paths are parsed. */
export interface CheckedView {
  readonly view: ViewDefinition;
  readonly constants: Constants;
  readonly model: FhirModel;
  /** Its parsed paths, by their text. */
  readonly paths: ReadonlyMap<string, ReadPath>;
}

/**
 * Finds mistakes in a view that could run all the same: elements and types that the FHIR model does not know
 * there, comparisons that are never true, columns with a type that no value has. The issues are in the order
 * of the view.
 */
export function checkView({ view, constants, model, paths }: CheckedView): readonly ViewIssue[] {
  const issues: ViewIssue[] = [...checkRootNames(view)];
  const resource: Possible = model.isResource(view.resource) ? [kindOf(view.resource)] : 'any';
  if (resource !== 'any' && resource.some(isAbstract)) {
    const diagnostics = `is "${view.resource}", which is abstract: no resource has this type`;
    issues.push({ kind: 'type', expression: `${root}.resource`, diagnostics });
  }

  function typePath(path: string, at: ElementPath, focus: Possible, walk?: 'find' | 'check'): Possible {
    const syntax = paths.get(path)?.syntax;
    if (syntax === undefined) return 'any';
    const reasons = new Set<string>();
    return typeExpression(syntax, {
      self: focus,
      context: focus,
      resource,
      constants,
      model,
      isTop: true,
      isCompared: false,
      isWalk: walk !== undefined,
      isRepeated: walk === 'find',
      report({ kind, reason }) {
        // A path that means nothing at the start of a walk may mean something further down.
        if (walk === 'find') return [];
        if (!reasons.has(reason)) issues.push({ kind, expression: at, diagnostics: `"${path}" ${reason}` });
        reasons.add(reason);
        return 'any';
      },
    });
  }

  function checkCondition(path: string, at: ElementPath): void {
    const yields = typePath(path, at, resource);
    if (yields === 'any' || yields.length === 0 || yields.some((kind) => sortOf(kind) === 'boolean')) return;
    const diagnostics = `"${path}" yields ${nameKinds(yields)}; expected boolean`;
    issues.push({ kind: 'type', expression: at, diagnostics });
  }

  function checkColumn(column: Column, at: ElementPath, focus: Possible): void {
    const yields = typePath(column.path, `${at}.path`, focus);
    const declared = declaredType(column);
    const note = (finding: Finding | undefined, expression: ElementPath): void => {
      if (finding !== undefined) issues.push({ kind: finding.kind, expression, diagnostics: finding.reason });
    };
    note(checkColumnType(column, declared, yields, model), `${at}.type`);
    const tags = [...(column.tag ?? []).entries()].filter(([, { name }]) => name === 'ansi/type');
    for (const [place, [index, { value }]] of tags.entries()) {
      const known = declared !== undefined && model.isType(declared) ? [kindOf(declared)] : [];
      const finding = place === 0 ? checkSqlType(value, column.path, yields, known) : repeatedTag(value);
      note(finding, `${at}.tag[${String(index)}].value`);
    }
  }

  function checkSelect(select: Select, at: ElementPath, outer: Possible): void {
    const focus = focusOf(select, at, outer);
    for (const [index, column] of (select.column ?? []).entries())
      checkColumn(column, `${at}.column[${String(index)}]`, focus);
    for (const [index, child] of (select.select ?? []).entries())
      checkSelect(child, `${at}.select[${String(index)}]`, focus);
    for (const [index, branch] of (select.unionAll ?? []).entries())
      checkSelect(branch, `${at}.unionAll[${String(index)}]`, focus);
  }

  function focusOf(select: Select, at: ElementPath, outer: Possible): Possible {
    const { forEach, forEachOrNull, repeat } = select;
    if (forEach !== undefined) return typePath(forEach, `${at}.forEach`, outer);
    if (forEachOrNull !== undefined) return typePath(forEachOrNull, `${at}.forEachOrNull`, outer);
    return repeat === undefined ? outer : walkedItems(repeat, at, outer);
  }

  /**
   * The items that the paths find, and the items that the paths find from those. `answer.item` means nothing
   * at the start of the walk.
   */
  function walkedItems(paths: readonly string[], at: ElementPath, outer: Possible): Possible {
    let found: Possible = [];
    for (let round = 0; round < MOST_ROUNDS && found !== 'any'; round++) {
      const from = anyOf([outer, found]);
      const next: Possible = anyOf(paths.map((path) => typePath(path, at, from, 'find')));
      if (next !== 'any' && next.length === found.length) break;
      found = next;
    }
    const from = anyOf([outer, found]);
    for (const [index, path] of paths.entries())
      typePath(path, `${at}.repeat[${String(index)}]`, from, 'check');
    return found !== 'any' && found.length === 0 ? 'any' : found;
  }

  for (const [index, { path }] of (view.where ?? []).entries())
    checkCondition(path, `${root}.where[${String(index)}].path`);
  for (const [index, select] of view.select.entries())
    checkSelect(select, `${root}.select[${String(index)}]`, resource);
  return issues;
}

function repeatedTag(value: string): Finding {
  return { kind: 'doubt', reason: `is "${value}", which is not used: the first tag ansi/type counts` };
}

/** More rounds are for structures that nobody has. */
const MOST_ROUNDS = 6;
