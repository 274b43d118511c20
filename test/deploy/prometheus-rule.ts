/**
 * The alert rules of deploy/prometheus as the resource that the Prometheus Operator reads.
 *
 * @param alerts text of a file of rules
 */
export function prometheusRule(alerts: string): string {
  const groups = alerts.slice(alerts.indexOf('groups:\n')).trimEnd();
  return `# Made from deploy/prometheus/alerts.yaml by \`npm run docs\`.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: millrace
  labels: { app.kubernetes.io/name: millrace }
spec:
${groups.replaceAll(/^/gm, '  ')}
`;
}
