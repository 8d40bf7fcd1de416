import { findCredentials } from '../../core/find-credentials.ts';

/** What people give as a kubeconfig: its content, its path, or by mistake something secret, such as a token. */

/** Whether the text is the content of a kubeconfig, or of something else that has lines. */
export function isContent(text: string): boolean {
  return (
    text.includes('\n') ||
    text.trimStart().startsWith('{') ||
    /^(?:apiVersion|kind|clusters|users|contexts|current-context|preferences):/.test(text)
  );
}

/** Whether the text certainly is a path, so that a message may show it. Tokens have no folders, no extension and are long. */
export function isPathLike(text: string): boolean {
  if (text.length > 1024 || /[\p{Cc}=:+](?<!^[A-Za-z]:)/u.test(text)) return false;
  if (/[A-Za-z0-9_-]{48,}|[A-Za-z0-9]{33,}/.test(text) || findCredentials(text).length > 0) return false;
  const name = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1);
  return (
    /^(?:~|\.{1,2})?\/|^[A-Za-z]:[\\/]/.test(text) ||
    /^[a-z0-9._ -]+(?:\/[a-z0-9._ -]+)+$/.test(text) ||
    /\.(?:ya?ml|json|conf|config|kubeconfig|cfg|txt)$/i.test(name) ||
    /^[\w.-]*(?:kube|config)[\w.-]*$/i.test(name)
  );
}

/** How often a kubeconfig may have been encoded: a value of a Kubernetes Secret that already held Base64 has been twice. */
const MAX_ENCODINGS = 3;

/**
 * The text of a kubeconfig that was given in Base64, in one line or several, in either alphabet, even encoded twice. Any other text comes
 * back unchanged.
 */
export function decodedKubeconfig(text: string): string {
  let decoded = text;
  for (let times = 0; times < MAX_ENCODINGS && /^[\w+/=\s-]{100,}$/.test(decoded.trim()); times += 1) {
    const bytes = Buffer.from(decoded, 'base64');
    // PowerShell encodes texts in UTF-16.
    decoded = bytes.toString(bytes[1] === 0 || bytes[0] === 0xff ? 'utf16le' : 'utf8');
    if (/\b(?:clusters|contexts|users)\b/.test(decoded)) return decoded.replace(/^\ufeff/, '');
  }
  return text;
}

/** Whether the text looks like Base64 of a file. */
export function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/=\s]{100,}$/.test(text.trim());
}
