/**
 * Reads a URL that comes from outside: a header, a setting, a file. `undefined` if nothing can be requested from it, because it is
 * malformed or is neither http nor https.
 * @param base for a relative URL, as `Location` may have it (RFC 9110, section 10.2.2)
 */
export function httpUrl(text: string, base?: URL): URL | undefined {
  if (text === '' || !URL.canParse(text, base?.href)) return undefined;
  const url = new URL(text, base);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}
