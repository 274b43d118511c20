import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { prometheusRule } from '../deploy/prometheus-rule.js';
import { clientDeclarations } from './client-declarations.js';
import { configurationDocument } from './configuration-document.js';
import { protocolDocument } from './protocol-document.js';

const DOCS = resolve(import.meta.dirname, '../../docs');
const DEPLOY = resolve(import.meta.dirname, '../../deploy');

writeFileSync(resolve(DOCS, 'configuration.md'), configurationDocument());
writeFileSync(resolve(DOCS, 'protocol.md'), protocolDocument());
const CLIENT = resolve(import.meta.dirname, '../../packages/client/src');
writeFileSync(resolve(CLIENT, 'declared.ts'), clientDeclarations());
const alerts = readFileSync(resolve(DEPLOY, 'prometheus/alerts.yaml'), 'utf8');
writeFileSync(resolve(DEPLOY, 'kustomize/base/prometheus-rule.yaml'), prometheusRule(alerts));
