// Links from mails carry their token behind the #: it never reaches a server or its logs. It leaves the address bar and the history at once.

const PAGES: ReadonlySet<string> = new Set(['/sign-in', '/reset', '/invitation']);
let taken = '';

/** Takes the fragment out of the address, before anything else reads that. */
export function takeFragment(): void {
  const { pathname, search, hash } = globalThis.location;
  if (!PAGES.has(pathname) || hash === '') return;
  taken = decodeURIComponent(hash.slice(1));
  globalThis.history.replaceState(globalThis.history.state, '', pathname + search);
}

/** What stood there when the page was loaded; empty where nothing did. */
export const fragment = (): string => taken;
