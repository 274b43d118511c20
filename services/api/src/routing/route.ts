import type { AuditAction, AuditStart } from '@millrace/audit';
import type { Principal } from '@millrace/auth';
import type { ExportRecord } from '@millrace/export';
import type { Request, RequestHandler, Response } from 'express';
import type { ScopeRule } from '../auth/scope-rule.js';

/** `ANY` where the handler itself says what is wrong with a method. */
export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'ANY';

/** By the names that a path has behind colons. */
export type PathParameters = Readonly<Record<string, string>>;

/** An audit entry names the target of a request so. */
export type AuditTarget = Pick<AuditStart, 'exportId' | 'object'>;

/** `none`, or what is written down before the handler is asked, and completed by its answer. */
export type RouteAudit =
  | 'none'
  | { readonly action: AuditAction; targetOf?(parameters: PathParameters): AuditTarget };

interface RouteAt {
  readonly method: RouteMethod;
  /** All of it, in the syntax of Express; it is also the label of the route in metrics and logs. */
  readonly path: string;
  readonly audit: RouteAudit;
}

// A handler names the parameters that its path has: `Request<{ id: string }>`.

/** For everybody, with a token or without. */
export interface PublicRoute extends RouteAt {
  readonly access: 'public';
  readonly audit: 'none';
  handler(request: Request<PathParameters>, response: Response): void | Promise<void>;
}

/** For clients, each within its tenant. */
export interface ClientRoute extends RouteAt {
  readonly access: 'client';
  readonly scope: ScopeRule;
  handler(request: Request<PathParameters>, response: Response, principal: Principal): void | Promise<void>;
}

/** A request that was read and checked. Disposed once it was carried out, or could not be. */
export interface PreparedRequest extends Disposable {
  carryOut(): void | Promise<void>;
}

/** For clients, as `ClientRoute`; the request is read and checked while its audit entry is being written. */
export interface PreparedRoute extends RouteAt {
  readonly access: 'client';
  readonly scope: ScopeRule;
  /** Reads only: everything that has an effect waits for `carryOut`, which is called once the entry is written. */
  prepare(
    request: Request<PathParameters>,
    response: Response,
    principal: Principal,
  ): Promise<PreparedRequest>;
}

/**
 * For the owner of the export that `:id` names, and for clients of its tenant that may read all resources; to everybody else
 * it does not exist. A DELETE by one of these others needs a scope to delete resources of all types.
 */
export interface ExportRoute extends RouteAt {
  readonly method: 'GET' | 'DELETE';
  readonly access: 'export';
  /** `content`: a token must allow to read all types whose resources the export has. `none`: nothing of them is told. */
  readonly tells: 'content' | 'none';
  /** Whether those who have a signed URL may use it too. Absent: they may not. */
  readonly takesSignature?: true;
  /** Whether requests are counted as polls while the export runs. */
  readonly isPoll: boolean;
  handler(request: Request<PathParameters>, response: Response, record: ExportRecord): void | Promise<void>;
}

/** For operators, over the exports of all tenants. */
export interface OperatorRoute extends RouteAt {
  readonly access: 'operator';
  handler(request: Request<PathParameters>, response: Response): void | Promise<void>;
}

/** For operators: a page, with what belongs to it. */
export interface PageRoute extends RouteAt {
  readonly access: 'page';
  readonly handler: RequestHandler;
}

/** A row of the route table: an address, who may use it, and what is written down about that. */
export type Route = PublicRoute | ClientRoute | PreparedRoute | ExportRoute | OperatorRoute | PageRoute;
