const FIELDS = [
  'token',
  'password',
  'client-key-data',
  'client-secret',
  'id-token',
  'refresh-token',
  'access-token',
].join('|');

/** `token: value` in YAML and in JSON, in a block or between braces; the value ends where its quote, the line or the entry does. */
const CREDENTIAL = new RegExp(
  `["']?\\b(?:${FIELDS})["']?\\s*:\\s*(?:"([^"\\n]*)"|'([^'\\n]*)'|([^\\s,}"'][^\\n,}]*))`,
  'g',
);

/**
 * The credentials that stand in a kubeconfig, also in one that is broken; nothing of a path. All else (addresses, names of contexts)
 * must stay readable: masking every line would blank out words like `kind: Config` and every server that an error names.
 */
export function secretsInKubeconfig(kubeconfig: string): readonly string[] {
  return [...kubeconfig.matchAll(CREDENTIAL)]
    .map(([, double, single, bare]) => (double ?? single ?? bare ?? '').trim())
    .filter((value) => value !== '');
}
