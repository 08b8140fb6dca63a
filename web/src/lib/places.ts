// Places other pages lead to: how a day, a check or a check's answer for one account is written in an address.

export interface Place {
  source: string;
  account: string;
  day: string;
}

export function placeText({ source, account, day }: Place): string {
  return [source, account, day].join('/');
}

/** An account's own id may hold slashes; a source and a day hold none. */
export function placeOf(text: string | undefined): Place | null {
  const [, source, account, day] = /^([^/]+)\/(.+)\/(\d{4}-\d{2}-\d{2})$/.exec(text ?? '') ?? [];
  return source && account && day ? { source, account, day } : null;
}

export interface CheckPlace {
  check: string;
  source: string;
  account: string;
}

export function checkText({ check, source, account }: CheckPlace): string {
  return [check, source, account].join('/');
}

export function checkOf(text: string | undefined): CheckPlace | null {
  const [, check, source, account] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(text ?? '') ?? [];
  return check && source && account ? { check, source, account } : null;
}

const CHECK = 'check/';

/** The part of Data that shows a check, or what it answered for one account; also the hash that leads there. */
export function checkAnchor(place: CheckPlace | { check: string }): string {
  return CHECK + ('source' in place ? checkText(place) : place.check);
}

/** Where on Data to look for an anchor, the nearest place first: what it names may have gone. */
export function nearest(anchor: string): string[] {
  if (!anchor.startsWith(CHECK)) return [anchor];
  const [check = ''] = anchor.slice(CHECK.length).split('/');
  return [anchor, checkAnchor({ check }), 'checks'];
}
