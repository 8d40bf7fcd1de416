import { ActionError } from '../../core/error.ts';
import { isObject, listAt, parseJson, stringAt } from '../../json/json.ts';
import { fateOf } from '../../program/result.ts';
import { runProgram } from '../../program/run.ts';
import { type ClusterCredentials, type CredentialContext, type Identity, withBearerToken } from './identity.ts';
import type { ContextEntry } from './kubeconfig.ts';

interface Plugin {
  readonly config: Readonly<Record<string, unknown>>;
  readonly context: ContextEntry;
  readonly base: Identity;
  readonly world: CredentialContext;
}

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
/** A token is renewed so many ms before it expires, so that it can't expire on its way. */
const MARGIN = 2000;
/** Whoever has not answered after so many ms hangs, or asks somebody who is not there. */
const TIMEOUT = 60_000;

/** Credentials from a program (client-go credential plugins): run when first needed, when they expire, and after a 401. */
export function execCredentials(plugin: Plugin): ClusterCredentials {
  const { config, world } = plugin;
  const version = stringAt(config, 'apiVersion') ?? '';
  if (!VERSIONS.includes(version))
    throw new ActionError({
      code: 'kubeconfig-unsupported',
      message: `The exec plugin of the kubeconfig speaks "${version}".`,
      remedy: `Write the kubeconfig anew with a current tool: ${VERSIONS.join(' and ')} are understood.`,
    });
  if (stringAt(config, 'interactiveMode') === 'Always')
    throw new ActionError({
      code: 'kubeconfig-unsupported',
      message: `The exec plugin "${stringAt(config, 'command')}" of the kubeconfig wants to ask a person.`,
      remedy: 'Use a plugin that works without a terminal, or a token.',
    });
  let known: { identity: Identity; expires: number } | undefined;
  let running: Promise<Identity> | undefined;
  const mint = async () => {
    known = await runPlugin(plugin, version);
    return known.identity;
  };
  const mintOnce = () => {
    running ??= mint().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    async current() {
      return known && world.clock.now() < known.expires - MARGIN ? known.identity : mintOnce();
    },
    async renew() {
      await mintOnce();
      return true;
    },
  };
}

async function runPlugin({ config, context, base, world }: Plugin, version: string) {
  const command = stringAt(config, 'command') ?? '';
  const args = listAt(config, 'args').filter((arg) => typeof arg === 'string');
  const result = await runProgram({
    program: command,
    args,
    cwd: world.cwd,
    env: { ...world.env, ...variables(config), KUBERNETES_EXEC_INFO: execInfo(config, context, version) },
    signal: world.signal,
    timeout: TIMEOUT,
  });
  if (result.kind === 'not-found')
    throw new ActionError({
      code: 'kubeconfig-exec-missing',
      message: `The kubeconfig asks the program "${command}" for credentials, and it is not installed.`,
      remedy: stringAt(config, 'installHint') ?? 'Install it in an earlier step, or use a token.',
    });
  if (result.kind !== 'exited' || result.code !== 0) {
    const said = 'stderr' in result ? world.secrets.redact(result.stderr).trim().split('\n').slice(-3) : [];
    throw failed(command, `it ${fateOf(result)}`, said);
  }
  return readCredential(parseJson(result.stdout), command, base, world);
}

function readCredential(answer: unknown, command: string, base: Identity, world: CredentialContext) {
  const token = stringAt(answer, 'status', 'token');
  const cert = stringAt(answer, 'status', 'clientCertificateData');
  const key = stringAt(answer, 'status', 'clientKeyData');
  const expiry = Date.parse(stringAt(answer, 'status', 'expirationTimestamp') ?? '');
  if (!token && !(cert && key))
    throw failed(command, 'its answer is no ExecCredential with a token or a certificate', []);
  if (key) world.secrets.add(key);
  const certified = cert && key ? { ...base, certificate: { cert, key } } : base;
  return {
    identity: token ? withBearerToken(certified, token, world.secrets) : certified,
    expires: Number.isNaN(expiry) ? Number.POSITIVE_INFINITY : expiry,
  };
}

function failed(command: string, what: string, said: readonly string[]): ActionError {
  const words = said.filter((line) => line !== '').join(' ');
  return new ActionError({
    code: 'kubeconfig-exec-failed',
    message: `The program "${command}", which the kubeconfig asks for credentials, failed: ${what}${words ? `: ${words}` : ''}.`,
    remedy: 'Run it by hand in an earlier step to see what it lacks: often a login step or a permission is missing.',
  });
}

function variables(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    listAt(config, 'env').flatMap((variable) => {
      const [name, value] = [stringAt(variable, 'name'), stringAt(variable, 'value')];
      return name === undefined ? [] : [[name, value ?? '']];
    }),
  );
}

function execInfo(config: Readonly<Record<string, unknown>>, { cluster }: ContextEntry, version: string): string {
  const extension = listAt(cluster, 'extensions').find(
    (entry) => stringAt(entry, 'name') === 'client.authentication.k8s.io/exec',
  );
  const info = {
    server: stringAt(cluster, 'server'),
    'tls-server-name': stringAt(cluster, 'tls-server-name'),
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'] === true ? true : undefined,
    'certificate-authority-data': stringAt(cluster, 'certificate-authority-data'),
    'proxy-url': stringAt(cluster, 'proxy-url'),
    config: isObject(extension) ? extension['extension'] : undefined,
  };
  return JSON.stringify({
    apiVersion: version,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(config['provideClusterInfo'] === true ? { cluster: info } : {}) },
  });
}
