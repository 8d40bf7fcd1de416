const FIELDS = [
  'token',
  'password',
  'client-key-data',
  'client-secret',
  'id-token',
  'refresh-token',
  'access-token',
].join('|');

/** `token: value` in YAML and JSON, in block or flow style. The value ends with its quote, the line or the entry. */
const CREDENTIAL = new RegExp(
  `["']?\\b(?:${FIELDS})["']?\\s*:\\s*(?:"([^"\\n]*)"|'([^'\\n]*)'|([^\\s,}"'][^\\n,}]*))`,
  'g',
);

/**
 * The credentials in a kubeconfig, even in an invalid one, but no paths. Everything else (addresses, names of contexts) must stay readable:
 * masking every line would hide words such as `Config`, and the server in every error message.
 */
export function secretsInKubeconfig(kubeconfig: string): readonly string[] {
  return [...kubeconfig.matchAll(CREDENTIAL)]
    .map(([, double, single, bare]) => (double ?? single ?? bare ?? '').trim())
    .filter((value) => value !== '');
}
