import { parser } from '@prometheus-io/lezer-promql';

/** A vector selector of an expression. */
export interface Selector {
  readonly metric: string;
  /** Names of labels that it matches. */
  readonly labels: readonly string[];
}

/** The metrics and labels that an expression of PromQL reads. */
export interface Expression {
  readonly selectors: readonly Selector[];
  /** Names of labels by which it aggregates. */
  readonly groups: readonly string[];
}

/**
 * Variables of Grafana are replaced: `$namespace` is text in a matcher, `$__rate_interval` is a duration.
 *
 * @throws Error if it is no PromQL
 */
export function readPromql(expression: string): Expression {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const selectors: { metric: string; labels: string[] }[] = [];
  const groups: string[] = [];
  parser.parse(text).iterate({
    enter(node) {
      const part = text.slice(node.from, node.to);
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${text}`);
      if (node.name === 'VectorSelector') selectors.push({ metric: '', labels: [] });
      const selector = selectors.at(-1);
      if (node.name === 'Identifier' && node.matchContext(['VectorSelector']) && selector !== undefined) {
        selector.metric = part;
      }
      if (node.name !== 'LabelName') return;
      if (node.matchContext(['GroupingLabels'])) groups.push(part);
      else selector?.labels.push(part);
    },
  });
  return { selectors, groups };
}
