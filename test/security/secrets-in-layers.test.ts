import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fileMapping } from '../../src/actions/build-image/input-types/file-mapping.ts';
import { collectEntries } from '../../src/actions/build-image/layers/collect.ts';
import { PrivateKeyGuard, PrivateKeySearch } from '../../src/actions/build-image/layers/private-keys.ts';
import type { Env } from '../../src/core/inputs.ts';
import { Checkout } from '../actions/build-image/harness.ts';
import { cert, key } from '../fakes/registry/certificate.ts';
import { FakeRegistry } from '../fakes/registry/registry.ts';
import { onTestFinished } from '../jest-support.ts';
import { expectLinearTime } from '../processor-time.ts';

/** The layers engine puts no file with credentials into an image, unless the user names that file. */

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout.remove());

/** The paths of the layer's files. Reads all of them, as the layer does. */
async function layerOf(lines: string, env: Env = {}): Promise<string[]> {
  const mappings = lines.split('\n').map((line) => fileMapping.parse(line));
  const keys = new PrivateKeyGuard();
  const entries = await collectEntries({ mappings, context: checkout.folder, mtime: 7, fromScratch: true, env, keys });
  const files = entries.filter((entry) => entry.kind === 'file');
  for (const { content } of files) for await (const _ of content());
  keys.requireNone();
  return files.map(({ path }) => path);
}

/** A block of PEM. The body is no real key. */
function pem(label: string, body = `${'MIIEpAIBAAKCAQEA'.repeat(4)}\n`): string {
  return `-----BEGIN ${label}-----\n${body}-----END ${label}-----\n`;
}

describe('files with credentials by their names', () => {
  const NAMES = [
    'gha-creds-0123456789abcdef.json',
    '.env .env.local .env.production .envrc .yarnrc.yml .npmrc .pypirc .netrc _netrc .git-credentials .pgpass .my.cnf',
    '.cargo/credentials .cargo/credentials.toml .config/containers/auth.json .terraformrc terraform.rc .m2/settings.xml',
    '.m2/settings-security.xml .s3cfg .boto .composer/auth.json .gem/credentials .bundle/config .gradle/gradle.properties',
    '.dockerconfigjson .dockercfg .docker/config.json .kube/config kubeconfig kubeconfig.yaml kubeconfig-prod prod.kubeconfig',
    'terraform.tfstate terraform.tfstate.backup prod.tfstate .terraform.d/credentials.tfrc.json .vault-token .htpasswd',
    '.ssh/config .aws/credentials .azure/accessTokens.json .oci/config .gnupg/secring.gpg .config/gcloud/credentials.db',
    '.config/gh/hosts.yml .config/helm/registry/config.json .config/rclone/rclone.conf .nuget/NuGet/NuGet.Config .sbt/.credentials',
    'pip.conf .pip/pip.conf .config/pip/pip.conf .config/pypoetry/auth.toml .curlrc .wgetrc .smbcredentials .vault_pass .bash_history',
    '.pulumi/credentials.json .dbt/profiles.yml .kaggle/kaggle.json .snowsql/config .fly/config.yml .cache/huggingface/token',
    '.config/glab-cli/config.yml .config/configstore/firebase-tools.json .jfrog/jfrog-cli.conf.v6 .subversion/auth/svn.simple/1f',
    'id_rsa id_ed25519 id_ecdsa_sk tls.p12 tls.pfx key.ppk vault.kdbx git-credentials-1f2e.config .ENV ID_RSA',
  ].flatMap((line) => line.split(' '));

  test.each(NAMES)('%s', async (name) => {
    checkout.write('app/main.js', 'x');
    checkout.write(`app/deep/${name}`, 'x');
    await expect(layerOf('app => /app')).rejects.toMatchObject({
      code: 'secret-in-layer',
      message: expect.stringContaining(`app/deep/${name}`),
    });
    await expect(layerOf('. => /')).rejects.toMatchObject({ code: 'secret-in-layer' });
  });

  test.each(
    [
      '.env.example .env.sample .env.template environment.ts .npmignore kube.ts config.json settings.xml credentials.ts',
      'gradle.properties nuget.config auth.json id_rsa.pub kubeconfig.js kubeconfig.d.ts kubeconfig_test.go kubeconfig.pyc kubeconfig.md terraform.tf NuGet.Config .dockerignore .gitignore envrc',
    ].flatMap((line) => line.split(' ')),
  )('%s is no such file', async (name) => {
    checkout.write(`app/${name}`, '');
    expect(await layerOf('app => /app')).toStrictEqual([`app/${name}`]);
  });
});

describe('files that a variable of the job names', () => {
  test.each([
    'GOOGLE_APPLICATION_CREDENTIALS',
    'GOOGLE_GHA_CREDS_PATH',
    'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONFIG_FILE',
    'AZURE_FEDERATED_TOKEN_FILE',
    'KUBECONFIG',
    'NETRC',
    'NPM_CONFIG_USERCONFIG',
    'npm_config_userconfig',
    'REGISTRY_AUTH_FILE',
    'VAULT_TOKEN_FILE',
    'SSH_KEY',
    'DEPLOY_PRIVATE_KEY_PATH',
    'ANSIBLE_VAULT_PASSWORD_FILE',
    'SOPS_AGE_KEY_FILE',
  ])('%s', async (name) => {
    checkout.write('app/settings', 'x');
    const error = { code: 'secret-in-layer', message: expect.stringContaining(`app/settings (named by ${name})`) };
    await expect(layerOf('app => /app', { [name]: join(checkout.folder, 'app/settings') })).rejects.toMatchObject(
      error,
    );
    const workspace = { GITHUB_WORKSPACE: checkout.folder };
    await expect(layerOf('app => /app', { ...workspace, [name]: 'app/settings' })).rejects.toMatchObject(error);
    symlinkSync('app/settings', join(checkout.folder, 'alias'));
    await expect(layerOf('app => /app', { ...workspace, [name]: 'alias' })).rejects.toMatchObject(error);
  });

  test('a folder, and one of several files', async () => {
    checkout.write('app/cfg/config.json', 'x');
    const folder = join(checkout.folder, 'app/cfg');
    for (const name of ['DOCKER_CONFIG', 'CLOUDSDK_CONFIG', 'AZURE_CONFIG_DIR', 'GNUPGHOME'])
      await expect(layerOf('app => /app', { [name]: folder })).rejects.toMatchObject({ code: 'secret-in-layer' });
    const KUBECONFIG = `/nonexistent:${folder}/config.json`;
    await expect(layerOf('app => /app', { KUBECONFIG })).rejects.toMatchObject({ code: 'secret-in-layer' });
  });

  test('the context itself, files elsewhere and other variables say nothing', async () => {
    checkout.write('app/main.js', 'x');
    const main = join(checkout.folder, 'app/main.js');
    const env = {
      DOCKER_CONFIG: checkout.folder,
      KUBECONFIG: '/etc/passwd',
      MAIN: main,
      NPM_TOKEN: 'npm_abc',
      TOKENIZER: main,
    };
    expect(await layerOf('app => /app', env)).toStrictEqual(['app/main.js']);
  });
});

const KEYS: readonly [name: string, content: string][] = [
  ...[
    'PRIVATE KEY',
    'RSA PRIVATE KEY',
    'EC PRIVATE KEY',
    'DSA PRIVATE KEY',
    'ENCRYPTED PRIVATE KEY',
    'OPENSSH PRIVATE KEY',
  ].map((label): [string, string] => [label, pem(label)]),
  ['a key with headers', pem('RSA PRIVATE KEY', `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMIIE\n`)],
  ['a key of OpenPGP', pem('PGP PRIVATE KEY BLOCK', '\nlQOYBF\n')],
  ['a key of sigstore', pem('ENCRYPTED SIGSTORE PRIVATE KEY')],
  ['a key of SSH2', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/56\n'],
  ['a key of PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n'],
  ['a key of age', `# created: 2026-01-01\nAGE-SECRET-KEY-1${'QPZRY9X8'.repeat(7)}\n`],
  ['a key of minisign', 'untrusted comment: minisign encrypted secret key\nRWRT'],
  ['line ends of Windows', pem('RSA PRIVATE KEY').replaceAll('\n', '\r\n')],
  ['a YAML block', `tls:\n  key: |\n    ${pem('PRIVATE KEY').replaceAll('\n', '\n    ')}`],
  ['the JSON of a service account', JSON.stringify({ type: 'service_account', private_key: pem('PRIVATE KEY') })],
  ['a shell variable', `KEY="${pem('EC PRIVATE KEY').replaceAll('\n', '\\n')}"`],
  ['client-key-data in Base64', `client-key-data: ${Buffer.from(pem('RSA PRIVATE KEY')).toString('base64')}\n`],
  ['a certificate with its key', cert + key],
];

const HARMLESS: readonly [name: string, content: string][] = [
  ['a certificate', cert],
  ['a public key', pem('PUBLIC KEY') + pem('RSA PUBLIC KEY') + pem('PGP PUBLIC KEY BLOCK')],
  ['code that reads keys', "if (text.includes('-----BEGIN RSA PRIVATE KEY-----')) parse(text);\n"],
  ['code that writes keys', "return '-----BEGIN PRIVATE KEY-----\\n' + body + '\\n-----END PRIVATE KEY-----\\n';\n"],
  ['a template', '-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n'],
  ['documentation', ' * -----BEGIN PRIVATE KEY-----\n * ...\n'],
  ['documentation in Markdown', '```\n-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n```\n'],
  [
    'strings of a program',
    '\0-----BEGIN OPENSSH PRIVATE KEY-----\n\0-----END\0PuTTY-User-Key-File-\0AGE-SECRET-KEY-1\0',
  ],
];

describe('private keys in any file', () => {
  test.each(KEYS)('%s', async (_, content) => {
    checkout.write('app/notes.txt', content);
    await expect(layerOf('app => /app')).rejects.toMatchObject({
      code: 'secret-in-layer',
      message: expect.stringMatching(/would put a private key into the image: app\/notes\.txt\./),
    });
  });

  test.each(HARMLESS)('%s passes', async (_, content) => {
    checkout.write('app/notes.txt', content);
    expect(await layerOf('app => /app')).toStrictEqual(['app/notes.txt']);
  });

  test('a .pem passes if it only has certificates, and not if nothing says what it is', async () => {
    checkout.write('app/ca.pem', cert.repeat(200));
    checkout.write('app/empty.pem', '');
    expect(await layerOf('app => /app')).toHaveLength(2);
    checkout.write('app/server.pem', Buffer.from([0x30, 0x82, 0x04, 0xa4]));
    await expect(layerOf('app => /app')).rejects.toMatchObject({ message: expect.stringContaining('app/server.pem') });
  });

  test('a key is found wherever it is, and however the file is cut into chunks', () => {
    const kind = fc.constantFrom(
      ...KEYS.map(([, content]) => content).filter((text) => !/^(PuTTY|untrusted)/.test(text)),
    );
    fc.assert(
      fc.property(kind, fc.nat(2000), fc.integer({ min: 1, max: 700 }), (content, before, size) => {
        const bytes = Buffer.from(`${'x'.repeat(before)}\n${content}\nrest`);
        const search = new PrivateKeySearch();
        for (let at = 0; at < bytes.length; at += size) search.add(bytes.subarray(at, at + size));
        expect(search.found).toBe(true);
      }),
    );
  });

  test('the search takes linear time, also for a file made of headers', () => {
    for (const part of [
      '-----BEGIN ',
      '-----BEGIN RSA ',
      '---- BEGIN SSH2 ',
      'LS0tLS1CRUdJTi',
      '\n\n    ',
      '-----BEGIN PRIVATE KEY-----\\n',
    ])
      expectLinearTime((size) => new PrivateKeySearch().add(Buffer.from(part.repeat(size / part.length))), 30_000);
  });

  test('the build fails before anything is pushed', async () => {
    const registry = await FakeRegistry.start({});
    onTestFinished(() => registry.stop());
    checkout.write('dist/a.txt', pem('PRIVATE KEY'));
    checkout.write('dist/b.txt', key);
    const inputs = { image: `${registry.host}/acme/shop`, base: 'scratch', files: 'dist => /app' };
    const { exitCode, error } = await checkout.run(inputs);
    expect(exitCode).toBe(1);
    expect(error).toMatch(/2 files with private keys into the image: dist\/a\.txt, dist\/b\.txt/);
    expect(registry.lines(/^PUT/)).toStrictEqual([]);
    expect(
      (await checkout.run({ ...inputs, files: `${inputs.files}\ndist/a.txt => /app/a.txt\ndist/b.txt => /app/b.txt` }))
        .exitCode,
    ).toBe(0);
  });
});

describe('the remedies of the error work', () => {
  beforeEach(() => {
    checkout.write('app/main.js', 'x');
    checkout.write('app/.env', 'PASSWORD=x');
    checkout.write('app/tls/server.key', key);
  });

  test('a line of its own', async () => {
    const refused = expect(layerOf('app => /srv')).rejects;
    await refused.toMatchObject({ remedy: expect.stringContaining('`app/.env => /srv/.env`') });
    const lines = 'app => /srv\napp/.env => /srv/.env\napp/tls/server.key => /srv/tls/server.key mode=0600';
    expect(await layerOf(lines)).toStrictEqual(['srv/.env', 'srv/main.js', 'srv/tls/server.key']);
  });

  test('a line of .dockerignore', async () => {
    writeFileSync(join(checkout.folder, '.dockerignore'), '**/.env\napp/tls\n');
    expect(await layerOf('app => /srv')).toStrictEqual(['srv/main.js']);
    expect(await layerOf('. => /srv')).toStrictEqual(['srv/.dockerignore', 'srv/app/main.js']);
  });

  test('a link with another name is no way in', async () => {
    symlinkSync('app/.env', join(checkout.folder, 'settings'));
    await expect(layerOf('settings => /srv/')).rejects.toMatchObject({ code: 'secret-in-layer' });
  });
});

describe('.dockerignore of the layers engine', () => {
  beforeEach(() => {
    for (const file of ['app/a.js', 'app/docs/b.md', 'app/docs/README.md', 'app/test/c.js']) checkout.write(file, 'x');
  });

  test('an exception brings a file back, with its folder', async () => {
    checkout.write('.dockerignore', 'app/docs\napp/test\n!app/docs/README.md\n');
    expect(await layerOf('app => /app')).toStrictEqual(['app/a.js', 'app/docs/README.md']);
  });

  test('only the one in the context counts, as in Docker', async () => {
    checkout.write('Dockerfile.dockerignore', '**\n');
    checkout.write('app/.dockerignore', '**\n');
    expect(await layerOf('app => /app')).toHaveLength(5);
  });

  test.each(['app', 'app/*', '**', '*\n!other'])(
    'a line of `files` that it excludes completely is refused: %j',
    async (text) => {
      checkout.write('.dockerignore', text);
      await expect(layerOf('app => /app')).rejects.toMatchObject({
        code: 'source-ignored',
        message: expect.stringContaining('names "app", but .dockerignore'),
      });
      await expect(layerOf('app/a.js => /app/')).rejects.toMatchObject({
        code: 'source-ignored',
        remedy: expect.stringContaining('`!app/a.js`'),
      });
      checkout.write('.dockerignore', `${text}\n!app/a.js`);
      expect(await layerOf('app/a.js => /app/')).toStrictEqual(['app/a.js']);
    },
  );
});
