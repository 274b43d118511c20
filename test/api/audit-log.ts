interface AuditPage {
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry: readonly { readonly resource: object }[];
}

/** All complete entries of the audit log, each as the text of its AuditEvent. */
export async function auditEntries(operationsUrl: string): Promise<readonly string[]> {
  const entries: string[] = [];
  let next: string | undefined = '/admin/AuditEvent?_count=1000';
  while (next !== undefined) {
    const page = (await (await fetch(`${operationsUrl}${next}`)).json()) as AuditPage;
    for (const { resource } of page.entry) entries.push(JSON.stringify(resource));
    next = page.link.find(({ relation }) => relation === 'next')?.url;
  }
  return entries;
}
