import { realpathSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import type { Env } from '../../../core/inputs.ts';
import { isInside } from '../../../files/inside.ts';

/** Files that contain credentials by convention, as paths in the context. */
const CREDENTIAL_FILES = [
  // Settings of programs and shells.
  /(^|\/)\.env(\.(?!(?:example|sample|template|dist|defaults)$)[^/]+)?$/,
  /(^|\/)\.(envrc|netrc|npmrc|yarnrc|yarnrc\.yml|pypirc|git-credentials|pgpass|my\.cnf|mylogin\.cnf|htpasswd|vault-token)$/,
  /(^|\/)(_netrc|\.(s3cfg|boto|passwd-s3fs|databrickscfg|terraformrc|dockercfg|dockerconfigjson|msmtprc|rclone\.conf))$/,
  /(^|\/)(\.(pip\/)?pip\.conf|pip\.conf|\.(wgetrc|curlrc|smbcredentials|lftprc|vault[_-]?pass(word)?|bash_history|zsh_history|python_history|psql_history|mysql_history))$/,
  /(^|\/)(terraform\.rc|credentials\.tfrc\.json|terraform\.tfstate(\.[^/]*)?|[^/]+\.tfstate(\.backup)?)$/,
  // Folders of programs.
  /(^|\/)\.(ssh|aws|gnupg|kube|azure|oci|aliyun|bluemix|jfrog|password-store|terraform\.d|subversion\/auth|ngrok2?)\//,
  /(^|\/)(\.pulumi\/credentials\.json|\.dbt\/profiles\.yml|\.kaggle\/kaggle\.json|\.snowsql\/config|\.fly\/config\.yml|\.(cache\/)?huggingface\/token)$/,
  /(^|\/)\.docker\/config\.json$/,
  /(^|\/)\.config\/(gcloud|gh|glab-cli|hub|doctl|hcloud|op|rclone|configstore|stripe|ngrok|wrangler|\.wrangler)\//,
  /(^|\/)\.config\/(containers\/auth\.json|helm\/registry\/|git\/credentials$|pip\/pip\.conf$|pypoetry\/auth\.toml$|age\/|sops\/)/,
  /(^|\/)\.cargo\/credentials(\.toml)?$/,
  /(^|\/)\.m2\/settings(-security)?\.xml$/,
  /(^|\/)\.(composer\/auth\.json|config\/composer\/auth\.json|gem\/credentials|bundle\/config|gradle\/gradle\.properties)$/,
  /(^|\/)\.(ivy2|sbt)\/\.credentials$|(^|\/)\.nuget\/(nuget\/)?nuget\.config$/,
  // Files that actions write: google-github-actions/auth, actions/checkout.
  /(^|\/)gha-creds-[^/]*\.json$|(^|\/)git-credentials-[^/]*\.config$/,
  // Keys.
  /(^|\/)id_(rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss)$/,
  /\.(p12|pfx|ppk|kdbx)$/,
  // The code of programs that read kubeconfigs has such names as well.
  /(^|\/)kubeconfig(?![^/]*\.(?:[cm]?[jt]sx?|map|go|py[cio]?|rs|rb|java|class|kt|cs|php|md|html?|tmpl|tpl|svg|png)$)[^/]*$|\.kubeconfig$/,
].map((pattern) => new RegExp(pattern.source, 'i'));

/** Variables that name a file or a folder with credentials, and whose names don't say so. */
const VARIABLES = new Set(
  [
    'AWS_CONFIG_FILE AZURE_CONFIG_DIR AZURE_CLIENT_CERTIFICATE_PATH BOTO_CONFIG BUNDLE_USER_CONFIG CLOUDSDK_CONFIG COMPOSER_HOME',
    'DOCKER_CERT_PATH DOCKER_CONFIG GNUPGHOME HELM_REGISTRY_CONFIG KUBECONFIG NETRC NPM_CONFIG_GLOBALCONFIG NPM_CONFIG_USERCONFIG',
    'OCI_CLI_CONFIG_FILE OCI_CLI_KEY_FILE PGPASSFILE PGSSLKEY PIP_CONFIG_FILE REGISTRY_AUTH_FILE SOPS_AGE_KEY_FILE SSH_AUTH_SOCK',
    'TF_CLI_CONFIG_FILE TERRAFORM_CONFIG VAULT_CLIENT_KEY VAULT_CONFIG_PATH',
  ].flatMap((line) => line.split(' ')),
);
const TELLING_NAME =
  /(^|_)(CREDENTIALS?|CREDS?|TOKEN|SECRETS?|PASSWORD|PASSWD|(PRIVATE|SSH|API|TLS|SSL|CLIENT)_?KEY|KEY_?FILE)(_|$)/i;

/** A file that would come into the image and may hold credentials. */
export interface SuspectFile {
  /** Path in the context. */
  readonly file: string;
  /** Path in the image. */
  readonly target: string;
  /** What makes it suspect, if it isn't its name. */
  readonly reason?: string;
}

/** Finds files that hold credentials: by their names, or because a variable of the job names them. @param root without symbolic links */
export function credentialFinder(root: string, env: Env): (file: string) => Pick<SuspectFile, 'reason'> | undefined {
  const named = Object.entries(env).flatMap(([name, value]) => filesOf(name, value ?? '', env, root));
  return (file) => {
    const variable = named.find(({ path, isFolder }) => file === path || (isFolder && file.startsWith(`${path}/`)));
    if (variable) return { reason: `named by ${variable.name}` };
    return CREDENTIAL_FILES.some((pattern) => pattern.test(file)) ? {} : undefined;
  };
}

/** The files and folders in the context that a variable names. */
function filesOf(name: string, value: string, env: Env, root: string) {
  if (!VARIABLES.has(name.toUpperCase()) && !TELLING_NAME.test(name)) return [];
  return value.split(':').flatMap((part) => {
    try {
      const file = realpathSync(resolve(env['GITHUB_WORKSPACE'] || root, part));
      // A variable that names the context itself, or a folder around it, says nothing about its files.
      if (part === '' || !isInside(file, root) || file === root) return [];
      return [{ name, path: relative(root, file).replaceAll(sep, '/'), isFolder: statSync(file).isDirectory() }];
    } catch {
      return [];
    }
  });
}

/**
 * The error for files that would put credentials into the image, unless a line of `files` names them.
 * @param what completes "… would put": `a file that usually contains credentials`
 */
export function secretInLayer(
  suspects: readonly [SuspectFile, ...SuspectFile[]],
  what: string,
  source?: string,
): ActionError {
  const shown = suspects.slice(0, 5).map(({ file, reason }) => (reason === undefined ? file : `${file} (${reason})`));
  const list = shown.join(', ') + (suspects.length > 5 ? ', …' : '');
  const [{ file, target }] = suspects;
  return new ActionError({
    code: 'secret-in-layer',
    message: `Input \`files\` would put ${what} into the image${source === undefined ? '' : `, with "${source}"`}: ${list}.`,
    remedy: `Exclude it in .dockerignore of the context, or remove it. If it belongs in the image, name it in a line of its own as well: \`${file} => /${target}\`.`,
  });
}
