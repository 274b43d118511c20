export { describeAuditLog } from './describe-audit-log.js';
