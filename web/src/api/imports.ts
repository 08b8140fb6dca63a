// Multipart, which the generated client has no types for: the one call made by hand.
import { send } from '@/api/client';
import type { Import } from '@/api/types';

export interface ImportFile {
  file: File;
  /** Names the columns of a table that no known export looks like. */
  mapping: File | null;
  /** `auto`, or the platform the file comes from. */
  source: string;
  /** Name or id, for files that do not name their account; a name nobody has makes a new account. May be empty. */
  account: string;
}

export async function importFile(tenant: string, { file, mapping, source, account }: ImportFile, mode: 'preview' | 'import'): Promise<Import> {
  const url = new URL('/api/v1/imports', globalThis.location.origin);
  url.searchParams.set('tenant', tenant);
  url.searchParams.set('dry_run', String(mode === 'preview'));
  if (source !== 'auto') url.searchParams.set('source', source);
  if (account) url.searchParams.set('account', account);
  const body = new FormData();
  body.append('file', file, file.name);
  if (mapping) body.append('mapping', mapping, mapping.name);
  const response = await send(new Request(url, { method: 'POST', body }));
  // Reason for `as`: the document describes this answer; the browser cannot check it.
  return (await response.json()) as Import;
}
