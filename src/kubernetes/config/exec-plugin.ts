import { ActionError } from '../../core/error.ts';
import { isObject, listAt, parseJson, stringAt } from '../../json/json.ts';
import { describeResult } from '../../program/result.ts';
import { runProgram } from '../../program/run.ts';
import { type ClusterCredentials, type CredentialContext, type Identity, withBearerToken } from './identity.ts';
import type { ContextEntry } from './kubeconfig.ts';

interface Plugin {
  readonly config: Readonly<Record<string, unknown>>;
  readonly context: ContextEntry;
  readonly base: Identity;
  readonly environment: CredentialContext;
}

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
/** How long before its expiry a token is renewed, in ms, so that it doesn't expire while a request is sent. */
const MARGIN = 2000;
/** A plugin that runs longer than this, in ms, hangs or prompts for input. */
const TIMEOUT = 60_000;

/** Credentials from an exec plugin. It runs when credentials are first needed, when they expire, and after a 401. */
export function execCredentials(plugin: Plugin): ClusterCredentials {
  const { config, environment } = plugin;
  const version = stringAt(config, 'apiVersion') ?? '';
  if (!VERSIONS.includes(version))
    throw new ActionError({
      code: 'kubeconfig-unsupported',
      message: `The exec plugin of the kubeconfig uses the API version "${version}".`,
      remedy: `Create the kubeconfig with a current tool. Supported versions are ${VERSIONS.join(' and ')}.`,
    });
  if (stringAt(config, 'interactiveMode') === 'Always')
    throw new ActionError({
      code: 'kubeconfig-unsupported',
      message: `The exec plugin "${stringAt(config, 'command')}" of the kubeconfig needs an interactive terminal.`,
      remedy: 'Use a plugin that works without a terminal, or a token.',
    });
  let known: { identity: Identity; expires: number } | undefined;
  let running: Promise<Identity> | undefined;
  const run = async () => {
    known = await runPlugin(plugin, version);
    return known.identity;
  };
  const runOnce = () => {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    get runningProgram() {
      return running && stringAt(config, 'command');
    },
    async current() {
      return known && environment.clock.now() < known.expires - MARGIN ? known.identity : runOnce();
    },
    async renew() {
      await runOnce();
      return true;
    },
  };
}

async function runPlugin({ config, context, base, environment }: Plugin, version: string) {
  const command = stringAt(config, 'command') ?? '';
  const args = listAt(config, 'args').filter((arg) => typeof arg === 'string');
  const result = await runProgram({
    program: command,
    args,
    cwd: environment.cwd,
    env: { ...environment.env, ...variables(config), KUBERNETES_EXEC_INFO: execInfo(config, context, version) },
    signal: environment.signal,
    timeout: TIMEOUT,
  });
  if (result.kind === 'not-found')
    throw new ActionError({
      code: 'kubeconfig-exec-missing',
      message: `The kubeconfig gets its credentials from the program "${command}", which is not installed.`,
      remedy: stringAt(config, 'installHint') ?? 'Install it in an earlier step, or use a token.',
    });
  if (result.kind !== 'exited' || result.code !== 0) {
    const lastLines = 'stderr' in result ? environment.secrets.redact(result.stderr).trim().split('\n').slice(-3) : [];
    throw failed(command, `it ${describeResult(result)}`, lastLines);
  }
  return readCredential(parseJson(result.stdout), command, base, environment);
}

function readCredential(answer: unknown, command: string, base: Identity, environment: CredentialContext) {
  const token = stringAt(answer, 'status', 'token');
  const cert = stringAt(answer, 'status', 'clientCertificateData');
  const key = stringAt(answer, 'status', 'clientKeyData');
  const expiry = Date.parse(stringAt(answer, 'status', 'expirationTimestamp') ?? '');
  if (!token && !(cert && key))
    throw failed(command, 'its output is not an ExecCredential with a token or a certificate', []);
  if (key) environment.secrets.add(key);
  const certified = cert && key ? { ...base, certificate: { cert, key } } : base;
  return {
    identity: token ? withBearerToken(certified, token, environment.secrets) : certified,
    expires: Number.isNaN(expiry) ? Number.POSITIVE_INFINITY : expiry,
  };
}

function failed(command: string, problem: string, output: readonly string[]): ActionError {
  const quoted = output.filter((line) => line !== '').join(' ');
  return new ActionError({
    code: 'kubeconfig-exec-failed',
    message: `The program "${command}", from which the kubeconfig gets its credentials, failed: ${problem}${quoted ? `: ${quoted}` : ''}.`,
    remedy: 'Run it in an earlier step to see what is missing. Often it is a login step or a permission.',
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
