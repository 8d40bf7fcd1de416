import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ActionError } from '../../../src/core/error.ts';
import { Secrets } from '../../../src/core/secrets.ts';
import { readConnection } from '../../../src/kubernetes/config/connection.ts';
import { secretsInKubeconfig } from '../../../src/kubernetes/config/secrets-in-kubeconfig.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { expectWithNote } from '../../jest-support.ts';

/** No credential of a kubeconfig reaches a log, wherever it stands and however the kubeconfig is written. */

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');
const key = [
  '-----BEGIN PRIVATE KEY-----',
  'k3yk3y'.repeat(10),
  'y3ky3k'.repeat(8),
  '-----END PRIVATE KEY-----',
  '',
].join('\n');

function kubeconfig({
  cluster = '{ server: https://10.0.0.1:6443 }',
  user = '{}',
}: {
  cluster?: string;
  user?: string;
}): string {
  return `apiVersion: v1
kind: Config
current-context: staging
contexts:
  - { name: staging, context: { cluster: staging, user: deployer } }
  - { name: other, context: { cluster: staging, user: reader } }
clusters:
  - name: staging
    cluster: ${cluster}
users:
  - name: deployer
    user: ${user}
  - { name: reader, user: { token: 0ther-t0ken } }
`;
}

const exec = (rest: string) => `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: login, ${rest} } }`;
const password = 'hunt3r/tw0@x';

/** What is in the kubeconfig, the kubeconfig, and its secrets. */
const CASES: readonly (readonly [what: string, text: string, ...secrets: string[]])[] = [
  ['a token', kubeconfig({ user: '{ token: t0ken-value }' }), 't0ken-value', '0ther-t0ken'],
  ['a token that is a number', kubeconfig({ user: '{ token: 1234567890 }' }), '1234567890'],
  [
    'a token in several lines',
    kubeconfig({ user: '\n      token: >-\n        t0ken-one\n        t0ken-two' }),
    't0ken-one',
    't0ken-two',
  ],
  [
    'a token behind an alias',
    `${kubeconfig({ user: '{ token: *t }' })}x: &t t0ken-value\n`.replace(
      'apiVersion',
      'y: &t t0ken-value\napiVersion',
    ),
    't0ken-value',
  ],
  ['a quoted token with escapes', kubeconfig({ user: '{ token: "t0ken\\u002dvalue" }' }), 't0ken-value'],
  ['a password', kubeconfig({ user: `{ username: ada, password: "${password}" }` }), password],
  [
    'a client key',
    kubeconfig({ user: `{ client-certificate-data: eA==, client-key-data: ${base64(key)} }` }),
    base64(key),
    'k3yk3y'.repeat(10),
  ],
  [
    'an auth-provider',
    kubeconfig({
      user: '{ auth-provider: { name: oidc, config: { client-id: shop, id-token: t0ken-one, refresh-token: t0ken-two, client-secret: t0ken-three, access-token: t0ken-four, extra: t0ken-five } } }',
    }),
    't0ken-one',
    't0ken-two',
    't0ken-three',
    't0ken-four',
    't0ken-five',
  ],
  [
    'variables of an exec plugin',
    kubeconfig({
      user: exec('env: [{ name: AWS_SECRET_ACCESS_KEY, value: abc/def+ghi }, { name: LOGIN_PW, value: pw-pw-pw }]'),
    }),
    'abc/def+ghi',
    'pw-pw-pw',
  ],
  [
    'a numeric password of an exec plugin',
    kubeconfig({ user: exec('args: [--pin=471147], env: [{ name: LOGIN_PW, value: "815815" }]') }),
    '471147',
    '815815',
  ],
  ['variables as a mapping', kubeconfig({ user: exec('env: { LOGIN_PW: pw-pw-pw }') }), 'pw-pw-pw'],
  ['variables as texts', kubeconfig({ user: exec('env: [LOGIN_PW=pw-pw-pw]') }), 'pw-pw-pw'],
  ['a variable without a name', kubeconfig({ user: exec('env: [{ value: pw-pw-pw }]') }), 'pw-pw-pw'],
  [
    'a command that is a line of a shell',
    kubeconfig({ user: '{ exec: { command: "LOGIN_TOKEN=t0ken-value login --password s3cr3t-one" } }' }),
    't0ken-value',
    's3cr3t-one',
  ],
  [
    'numbers that YAML changes',
    kubeconfig({ user: '{ token: 1234567890123456789012, password: 0x1234567890 }' }),
    '1234567890123456789012',
    '0x1234567890',
  ],
  [
    'a proxy of an exec plugin',
    kubeconfig({ user: exec(`env: [{ name: HTTPS_PROXY, value: "http://ada:hunt3r@proxy:3128" }]`) }),
    'hunt3r',
  ],
  [
    'arguments of an exec plugin',
    kubeconfig({
      user: exec('args: [get-token, --client-secret=s3cr3t-one, --token, s3cr3t-two, --password=s3cr3t three]'),
    }),
    's3cr3t-one',
    's3cr3t-two',
    's3cr3t three',
  ],
  ['short arguments of an exec plugin', kubeconfig({ user: exec('args: [-u, ada, -p, s3cr3t-one]') }), 's3cr3t-one'],
  [
    'a shell as an exec plugin',
    kubeconfig({
      user: exec(`args: ["-c", "curl -u ada:s3cr3t-one -H 'Authorization: Bearer s3cr3t-two' https://x"]`),
    }),
    's3cr3t-one',
    's3cr3t-two',
  ],
  [
    'a password in the server',
    kubeconfig({ cluster: `{ server: "https://ada:${password}@10.0.0.1:6443" }` }),
    password,
  ],
  [
    'an encoded password in the server',
    kubeconfig({ cluster: '{ server: "https://ada:hunt3r%2Ftw0@10.0.0.1:6443" }' }),
    'hunt3r%2Ftw0',
    'hunt3r/tw0',
  ],
  ['a token in the server', kubeconfig({ cluster: '{ server: "https://t0ken-value@10.0.0.1:6443" }' }), 't0ken-value'],
  [
    'a password in the server without a scheme',
    kubeconfig({ cluster: `{ server: "ada:${password}@10.0.0.1:6443" }` }),
    password,
  ],
  [
    'a password in the proxy',
    kubeconfig({ cluster: `{ server: "https://10.0.0.1", proxy-url: "socks5://ada:${password}@proxy:1080" }` }),
    password,
  ],
  [
    'JSON',
    JSON.stringify({
      users: [{ name: 'a', user: { token: 't0ken"value' } }],
      clusters: [{ name: 'a', cluster: { server: 'https://ada:hunt3r@x' } }],
    }),
    't0ken"value',
    'hunt3r',
  ],
  [
    'JSON with tabs',
    JSON.stringify({ users: [{ name: 'a', user: { token: 't0ken-value' } }] }, null, '\t'),
    't0ken-value',
  ],
  ['several documents', `${kubeconfig({})}---\n${kubeconfig({ user: '{ token: t0ken-value }' })}`, 't0ken-value'],
  [
    'text that does not parse',
    kubeconfig({ user: '{ token: t0ken-value' }).replace('kind: Config', 'kind: [Config'),
    't0ken-value',
    '0ther-t0ken',
  ],
  ['an unknown tag', kubeconfig({ user: '{ token: !secret t0ken-value }' }), 't0ken-value'],
  ['Base64', base64(kubeconfig({ user: '{ token: t0ken-value }' })), 't0ken-value'],
  ['Base64 in lines', base64(kubeconfig({ user: '{ token: t0ken-value }' })).replace(/.{76}/g, '$&\n'), 't0ken-value'],
  ['Base64 twice', base64(base64(kubeconfig({ user: '{ token: t0ken-value }' }))), 't0ken-value'],
  [
    'Base64 for URLs',
    Buffer.from(kubeconfig({ user: '{ token: t0ken-value-with-ÿ¿ÿ }' })).toString('base64url'),
    't0ken-value-with',
  ],
  ['a token alone', 'abcdef.0123456789abcdef', 'abcdef.0123456789abcdef'],
  ['a token of OpenShift alone', `sha256~${'aB3d'.repeat(10)}`, `sha256~${'aB3d'.repeat(10)}`],
  ['a token of Rancher alone', 'kubeconfig-user-x2x9k:zq9f8v7b6n5m4l3k2j1h', 'zq9f8v7b6n5m4l3k2j1h'],
  ['a token in Base64 alone', `${'aB3/d+'.repeat(8)}=`, 'aB3/d+'.repeat(8)],
  [
    'a JSON Web Token alone',
    `${base64('{"alg":"RS256"}')}.${base64('{"sub":"deployer!"}')}.c2lnbmF0dXJl`,
    'c2lnbmF0dXJl',
  ],
  ['a hexadecimal token alone', '4be1f5a0'.repeat(5), '4be1f5a0'.repeat(5)],
  ['a private key alone', key, 'k3yk3y'.repeat(10)],
  ['a private key alone, without line breaks', key.replaceAll('\n', ' ').trim(), 'k3yk3y'.repeat(10)],
];

/** What a message says that quotes the whole kubeconfig. */
async function redacted(given: string, text: string): Promise<string> {
  const secrets = new Secrets();
  for (const secret of await secretsInKubeconfig(given)) secrets.add(secret);
  return secrets.redact(text);
}

describe.each(CASES)('a kubeconfig with %s', (_, text, ...secrets) => {
  it('is masked before anything is logged', async () => {
    for (const said of [text, JSON.stringify(text), base64(text)])
      for (const secret of secrets) {
        const clean = await redacted(text, said);
        expect(clean).not.toContain(secret);
        expect(clean).not.toContain(JSON.stringify(secret).slice(1, -1));
        for (const before of ['xyz', 'wxyz', 'vwxyz'])
          expect(clean).not.toContain(base64(`${before}${secret}`).slice(8, -4) || secret);
      }
  });

  it('is masked when it is read, and no error quotes it', async () => {
    writeFileSync(join(folder, 'config'), text);
    for (const given of ['config', text]) {
      const known = new Secrets();
      const context = { context: undefined, env: {}, cwd: folder, clock: new ManualClock(), secrets: known };
      const variable = readConnection({ ...context, given: undefined, env: { KUBECONFIG: given } });
      const said = [readConnection({ given, ...context }), variable].map((read) => read.then(() => '', explain));
      const shown = (await Promise.all(said)).join('\n');
      for (const secret of secrets) {
        expectWithNote(shown, secret).not.toContain(secret);
        if (/users/.test(text)) expect(known.redact(secret)).toBe('***');
      }
    }
  });
});

/** All that a log can show of an error. */
function explain(thrown: unknown): string {
  if (!(thrown instanceof ActionError)) throw thrown;
  return [thrown.message, thrown.remedy, String(thrown.stack), String(thrown.cause)].join('\n');
}

describe('credentials that a kubeconfig only leads to', () => {
  const plugin = (script: string) =>
    kubeconfig({
      user: `{ exec: ${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] })} }`,
    });
  const connect = async (given: string) => {
    const secrets = new Secrets();
    const connection = await readConnection({
      given,
      context: undefined,
      env: {},
      cwd: folder,
      clock: new ManualClock(),
      secrets,
    });
    return { secrets, problem: await connection.credentials.current().then(() => '', explain) };
  };

  it('are hidden: the token and the key that an exec plugin returns', async () => {
    const status = { token: 'r3turned-t0ken', clientCertificateData: 'cert', clientKeyData: key };
    const { secrets } = await connect(plugin(`console.log(${JSON.stringify(JSON.stringify({ status }))})`));
    expect(secrets.redact(`r3turned-t0ken ${JSON.stringify(key)}`)).toBe('*** "***"');
  });

  it('are hidden: what an exec plugin prints when it fails', async () => {
    const { problem } = await connect(
      plugin(
        "console.error('POST https://ada:hunt3r@login.example: Authorization: Bearer t0ken-t0ken-t0ken'); process.exit(1)",
      ),
    );
    expect(problem).toContain('POST https://ada:***@login.example');
    expect(problem).not.toMatch(/hunt3r|t0ken/);
  });

  it('are hidden: a token file and a key file', async () => {
    writeFileSync(join(folder, 'token'), 'f1le-t0ken\n');
    writeFileSync(join(folder, 'key.pem'), key);
    writeFileSync(join(folder, 'cert.pem'), 'cert');
    const { secrets } = await connect(
      kubeconfig({ user: '{ tokenFile: token, client-key: key.pem, client-certificate: cert.pem }' }),
    );
    expect(secrets.redact(`f1le-t0ken ${'k3yk3y'.repeat(10)}`)).toBe('*** ***');
  });
});

describe('what is no secret in a kubeconfig', () => {
  it.each([
    [
      'addresses, names and the API version',
      kubeconfig({ user: '{ token: t0ken-value }' }),
      'https://10.0.0.1:6443 staging deployer v1 Config',
    ],
    [
      'a region and a profile',
      kubeconfig({
        user: exec(
          'env: [{ name: AWS_PROFILE, value: staging }, { name: AWS_REGION, value: eu-west-1 }, { name: VERBOSE, value: "1" }]',
        ),
      }),
      'staging eu-west-1 1',
    ],
    [
      'harmless arguments',
      kubeconfig({
        user: exec(
          'args: [eks, get-token, --cluster-name, staging, --token-file, /var/run/token, --output=json, -p, default]',
        ),
      }),
      'eks get-token staging /var/run/token json default',
    ],
    [
      'settings of an auth-provider',
      kubeconfig({
        user: '{ auth-provider: { name: oidc, config: { client-id: shop, idp-issuer-url: https://login.example } } }',
      }),
      'oidc shop https://login.example',
    ],
    [
      'certificates',
      kubeconfig({ cluster: `{ server: https://x, certificate-authority-data: ${base64('ca-ca-ca')} }` }),
      base64('ca-ca-ca'),
    ],
    [
      'a path',
      '/home/runner/work/_temp/550e8400-e29b-41d4-a716-446655440000/kubeconfig',
      '/home/runner/work/_temp/550e8400-e29b-41d4-a716-446655440000/kubeconfig',
    ],
    ['a relative path', 'secrets/staging', 'secrets/staging'],
    ['a Windows path', 'D:\\a\\_temp\\config', 'D:\\a\\_temp\\config'],
    ['the name of a file', 'staging.yaml', 'staging.yaml'],
    ['a word that can be a file', 'staging', 'staging'],
  ])('stays readable: %s', async (_, given, text) => expect(await redacted(given, text)).toBe(text));
});
