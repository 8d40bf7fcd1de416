import { assignedCredentialsIn } from '../../core/credentials/assignments.ts';
import { findCredentials } from '../../core/find-credentials.ts';

/** Which values of a kubeconfig are secret. Everything else, such as addresses and names, must stay readable. */

/** Fields of users and of their auth-provider, in lower case. */
const FIELDS = new Set([
  'token',
  'password',
  'client-key-data',
  'client-secret',
  'id-token',
  'refresh-token',
  'access-token',
]);

/** What auth-providers are given that is no credential. */
const HARMLESS_SETTING =
  /^(?:name|expir.*|.*-(?:id|url|uri|path|args|key|file|mode|name)|config-mode|environment|extra-scopes|idp-certificate-authority.*)$/i;

/** Variables that choose something: a region, a file, an account … */
const HARMLESS_VARIABLE =
  /^(?:PATH|HOME|USER|LANG|LC_\w+|TZ|DEBUG|PROVIDE_\w+|USE_\w+)$|_(?:REGION|PROFILE|FILE|PATH|DIR|DIRECTORY|HOME|URL|URI|ENDPOINTS?|HOST|PORT|PROXY|NAME|MODE|METHOD|TENANT_ID|CLIENT_ID|ACCOUNT_ID|PROJECT|PROJECT_ID|ZONE|CLUSTER|NAMESPACE|LEVEL|ENVIRONMENT|USER|USERNAME|ARN)$/i;

const SECRET_FLAG =
  /(?:token|secret|passw(?:or)?d|passphrase|pwd|pass|(?:^|[-_.])(?:key|pin|pw)|apikey|credentials?|assertion|otp|jwt|bearer|signature|(?:key|cert)-data)$/i;
const SHORT_FLAG = /^-[ptkswP]$/;

/** Whether a field with this name holds a secret. */
export function isSecretField(name: string): boolean {
  return FIELDS.has(name.toLowerCase());
}

/** The secret in a setting of an auth-provider. */
export function settingSecrets(name: string, value: string): readonly string[] {
  return HARMLESS_SETTING.test(name) && !isSecretField(name) ? findCredentials(value) : [value];
}

/** The secret in a variable of an exec plugin. */
export function variableSecrets(name: string, value: string): readonly string[] {
  const isSetting = HARMLESS_VARIABLE.test(name) || (/^\d{0,6}$/.test(value) && !SECRET_FLAG.test(name));
  return [...findCredentials(value), ...(isSetting ? [] : [value])];
}

/** The secrets in the arguments of an exec plugin: `--client-secret=…`, `--token …`, `-c 'curl -u ada:…'`. */
export function argumentSecrets(args: readonly string[]): readonly string[] {
  const line = args.join(' ');
  const named = assignedCredentialsIn(line).map(({ start, end }) => line.slice(start, end));
  const flagged = args.flatMap((arg, index) => {
    const [, flag = '', given] = /^--?([\w.-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const value = given ?? args[index + 1] ?? '';
    if (SECRET_FLAG.test(flag)) return isOption(value) || isPath(value) ? [] : [value];
    return SHORT_FLAG.test(arg) && value.length >= 8 && /\d/.test(value) && !isPath(value) ? [value] : [];
  });
  return [...findCredentials(line), ...named, ...flagged];
}

/**
 * The user name and password of a URL. A password that nobody encoded can contain `/`, `?`, `#` and `@`, so it ends before the last `@`.
 * A token can stand in place of both.
 */
export function addressSecrets(address: string): readonly string[] {
  const rest = address.replace(/^[a-z][\w+.-]*:\/\//i, '');
  const end = rest.lastIndexOf('@');
  const userinfo = rest.slice(0, Math.max(0, end));
  const colon = userinfo.indexOf(':');
  const inUserinfo = colon >= 0 ? userinfo.slice(colon + 1) : /[/?#]/.test(userinfo) ? '' : userinfo;
  return [inUserinfo, ...findCredentials(address)].filter((secret) => secret !== '');
}

/** The address without its user name and password. */
export function withoutUserinfo(address: string): string {
  return address.replace(/^((?:[a-z][\w+.-]*:\/\/)?).*@/is, '$1');
}

function isOption(value: string): boolean {
  return /^--?[a-z]/.test(value);
}

function isPath(value: string): boolean {
  return /^(?:~|\.{0,2})\/[\w./@ -]*$/.test(value);
}
