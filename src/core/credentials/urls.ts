import type { Range } from '../ranges.ts';

/** A URL ends before white space, quotes and what a text can't contain in a URL. */
const URLS = /:\/\/[^\s"'`<>\\]*/g;
/** `user:password@host/path` and `user:password@tcp(host)`, but not an image such as `name:tag@sha256:…`. */
const WITHOUT_SCHEME =
  /(?<=(?:^|[\s"'=])[^/\s:@"'=]{1,200}:)[^/\s:@"']+(?=@(?!sha\d+:)(?:[\w.-]+(?::\d+)?\/|\w{0,9}\())/gm;
/** `?token=…`; the signature of Azure's and AWS's signed URLs. */
const PARAMETER =
  /(?<=[?&;](?:amp;)?(?:[\w-]{0,40}(?:token|secret|password|passwd|signature|credential)|(?:x-)?api[_-]?key|sig|access_key|auth)=)[^&#\s"'`<>\\)]+/gi;

/** Finds passwords in URLs, and in addresses such as `user:password@host/path`. */
export function urlCredentialsIn(text: string): Range[] {
  const inUserinfo = text.includes('@')
    ? [...text.matchAll(URLS)].flatMap(({ 0: run, index }) => passwordsIn(run, index))
    : [];
  const others = [WITHOUT_SCHEME, PARAMETER].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ start: index, end: index + found.length })),
  );
  return [...inUserinfo, ...others];
}

/** Of each URL in a run without white space, such as `mongodb://a:b@host1,mongodb://…`. */
function passwordsIn(run: string, offset: number): Range[] {
  let start = offset;
  return run.split('://').flatMap((url) => {
    const found = passwordIn(url);
    const shift = start;
    start += url.length + '://'.length;
    return found ? { start: shift + found.start, end: shift + found.end } : [];
  });
}

/**
 * The password in a URL without its scheme. A password that nobody encoded can contain `/`, `?`, `#` and `@`: then it ends before the last
 * `@`, unless what follows an earlier one is certainly a host.
 */
function passwordIn(address: string): Range | undefined {
  // The digest of an image, as in `docker://shop:1.4.2@sha256:…`, is no host.
  const [url = ''] = address.split(/@(?=sha\d+:)/, 1);
  const last = url.lastIndexOf('@');
  if (last < 0) return undefined;
  const nameEnd = url.search(/[:@/?#]/);
  if (url[nameEnd] === '@') {
    const name = url.slice(0, nameEnd);
    // A token can be the user name.
    return /^[\w.~-]{20,}$/.test(name) && /\d/.test(name) ? { start: 0, end: nameEnd } : undefined;
  }
  if (url[nameEnd] !== ':') return undefined;
  const start = nameEnd + 1;
  // `host:5000/path@…`
  if (/^\d{1,5}(?:[/?#]|$)/.test(url.slice(start, start + 7))) return undefined;
  const authority = start + url.slice(start).search(/[/?#]|$/);
  const first = url.lastIndexOf('@', authority - 1);
  const isHost =
    first >= start &&
    /^(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[\da-f:.]+\]|[\w-]+:\d+)(?:[:,].*)?$/i.test(url.slice(first + 1, authority));
  const end = isHost ? first : last;
  return end > start ? { start, end } : undefined;
}
