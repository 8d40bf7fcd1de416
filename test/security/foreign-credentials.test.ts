import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redactCredentials } from '../../src/core/find-credentials.ts';
import { code, codeBlock, escapeMarkdown, escapeProse } from '../../src/core/markdown.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { expectWithNote } from '../jest-support.ts';
import { expectLinearTime } from '../processor-time.ts';

/** Credentials in texts that nobody registered as secrets: pod logs, events, answers of servers. */

const mixed = (length: number) => 'aB3dE6gH9'.repeat(12).slice(0, length);
const hex = (length: number) => '4be1f5a0c5b3e2d7'.repeat(8).slice(0, length);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const jwt = `${base64('{"alg":"RS256","kid":"1"}').replace(/=/g, '')}.${base64('{"sub":"deployer"}').replace(/=/g, '')}.${mixed(43)}`;
const keyLines = [mixed(64), mixed(63), mixed(64), 'aB3dE6=='];
const pem = (kind = 'RSA PRIVATE KEY') => [`-----BEGIN ${kind}-----`, ...keyLines, `-----END ${kind}-----`].join('\n');
const awsSecret = `wJalrXUtnFEMI/${'K7MDENG/bPxRfiCY'}EXAMPLEKEY`;

/** The text, and the parts of it that must not be shown. */
const LEAKS: readonly (readonly [text: string, ...secrets: string[]])[] = [
  // URLs
  ['connect postgres://shop:hunter2@db:5432/shop failed', 'hunter2'],
  ['redis://:hunter2@cache:6379/0', 'hunter2'],
  ['amqp://shop:pa/ss@wo@mq:5672/vhost', 'pa/ss', 'wo@'],
  ['mongodb://a:hunter2@db1.example,mongodb://b:hunter3@db2.example/x', 'hunter2', 'hunter3'],
  ['mongodb+srv://shop:p%40ss%2Fw@cluster0.example/shop', 'p%40ss'],
  ['https://ada:p#q?r@git.example/acme', 'p#q?r'],
  [`https://${mixed(40)}@git.example/acme.git`, mixed(40)],
  ['docker login ada:hunter2@ghcr.io/acme/shop', 'hunter2'],
  ['GET https://x.blob.core.windows.net/a?sv=2022&sig=hunter2%2Bx%3D&se=1', 'hunter2'],
  ['GET https://s3.amazonaws.com/b?X-Amz-Credential=AK&X-Amz-Signature=4be1f5a0c5b3', '4be1f5a0c5b3'],
  ['GET /v1/pods?access_token=hunter2&watch=1', 'hunter2'],
  [`https://hooks.slack.com/services/T000/B000/${mixed(24)}`, mixed(24)],
  // Tokens with a form
  ...[
    `ghp_${mixed(36)}`,
    `gho_${mixed(36)}`,
    `ghs_${mixed(36)}`,
    `github_pat_${mixed(22)}_${mixed(59)}`,
    `glpat-${mixed(20)}`,
    `dckr_pat_${mixed(27)}`,
    `${'AKIA'}IOSFODNN7EXAMPLE`,
    `${'ASIA'}IOSFODNN7EXAMPLE`,
    `${'AIza'}${mixed(35)}`,
    `ya29.${mixed(60)}`,
    `xox${'b'}-${'1234567890'}-${mixed(24)}`,
    `xapp-1-${mixed(30)}`,
    `sk_${'live'}_${mixed(24)}`,
    `rk_${'live'}_${mixed(24)}`,
    `npm_${mixed(36)}`,
    `pypi-${'AgEIcHlwaS5vcmc'}${mixed(60)}`,
    `SG.${mixed(22)}.${mixed(43)}`,
    `hvs.${mixed(24)}`,
    `sk-ant-${mixed(40)}`,
    `sha256~${mixed(43)}`,
    `k8s-aws-v1.${mixed(60)}`,
    `dop_v1_${hex(64)}`,
    `gsk_${mixed(52)}`,
    `lin_api_${mixed(40)}`,
    `PMAK-${hex(24)}-${hex(34)}`,
    `dp.pt.${mixed(43)}`,
    `tskey-auth-${mixed(12)}-${mixed(32)}`,
    `AKCp8${mixed(68)}`,
    `123456789:AA${mixed(33)}`,
    jwt,
    base64(jwt),
  ].map((token) => [`token in use: ${token}.`, token] as const),
  [`aws: AKIAIOSFODNN7EXAMPLE ${awsSecret}`, awsSecret, 'AKIAIOSFODNN7EXAMPLE'],
  // Values that the text names
  [`AWS_SECRET_ACCESS_KEY=${awsSecret}`, awsSecret],
  [`{"SecretAccessKey": "${awsSecret}", "Region": "eu-west-1"}`, awsSecret],
  [
    'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=aHVudGVyMg+/x==;EndpointSuffix=core.windows.net',
    'aHVudGVyMg',
  ],
  ['Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=aHVudGVyMg=', 'aHVudGVyMg'],
  ['Server=db;Database=shop;User Id=sa;Password=hunt;er2;', 'hunt'],
  ['Driver={ODBC};Uid=sa;Pwd={hun ter2};', 'hun ter2'],
  ['host=db user=shop password=hunter2 dbname=shop', 'hunter2'],
  ['DB_PASSWORD: "hunter two"', 'hunter two'],
  ["PGPASSWORD='hunter2' psql", 'hunter2'],
  ['{"user":"ada","password":"hun\\"ter2","host":"db"}', 'hun', 'ter2'],
  ['level=error msg="login failed: {\\"password\\":\\"hunter2\\",\\"a\\":1}"', 'hunter2'],
  ['config {User:ada Password:hunter2 Host:db}', 'hunter2'],
  ['MYSQL_PWD=hunter2', 'hunter2'],
  ['client_secret=hunter2~x', 'hunter2~x'],
  ['{ :password => "hunter2" }', 'hunter2'],
  ['//registry.npmjs.org/:_authToken=hunter2', 'hunter2'],
  [`{"auths":{"ghcr.io":{"auth":"${base64('ada:hunter2')}"}}}`, base64('ada:hunter2')],
  ['machine git.example login ada password hunter2', 'hunter2'],
  ['exec: login --user ada --password hunter2 --verbose', 'hunter2'],
  ['curl -u ada:hunter2 https://api.example', 'hunter2'],
  ['JWT_SECRET=keyboardcat', 'keyboardcat'],
  ['SECRET_KEY_BASE=keyboardcat', 'keyboardcat'],
  ['LDAP_BIND_PW=hunter2', 'hunter2'],
  ['kubectl --token=abcdef get pods', 'abcdef'],
  ['mysql -uroot -phunter2 shop', 'hunter2'],
  ['redis-cli -h cache -a hunter2 ping', 'hunter2'],
  ['<username>ada</username><password>hunter2</password>', 'hunter2'],
  ['Server=x;Password=hun ter2;Encrypt=true', 'hun', 'ter2'],
  ['dsn shop:hunter2@tcp(db:3306)/shop', 'hunter2'],
  ['jdbc:oracle:thin:scott/hunter2@db:1521:shop', 'hunter2'],
  // Strings in lists, with prefixes, in constructors, with doubled quotes
  ['"password" : ["hunter2"]', 'hunter2'],
  ["{'password': b'hunter2'}", 'hunter2'],
  ["Settings(password=SecretStr('hunter2'))", 'hunter2'],
  ['Config { password: Some("hunter2") }', 'hunter2'],
  ["password: 'it''s-hunter2'", 's-hunter2'],
  ['userPassword:: aHVudGVyMg==', 'aHVudGVyMg'],
  // The name in one field, the value in another
  ['- name: DB_PASSWORD\n  value: hunter2', 'hunter2'],
  ['{"name":"DB_PASSWORD","value":"hunter2"}', 'hunter2'],
  ['env:[{Name:DB_PASSWORD Value:hunter2 ValueFrom:nil}]', 'hunter2'],
  ['<property name="password" value="hunter2"/>', 'hunter2'],
  // Keys of applications
  ['DATADOG_APP_KEY=abcdef0123456789', 'abcdef0123456789'],
  ['APP_KEY=base64:aHVudGVyMjEyMw==', 'aHVudGVyMjEyMw'],
  ['NEW_RELIC_LICENSE_KEY=abcdef0123456789NRAL', 'abcdef0123456789'],
  // Logins of programs
  ['curl -uada:hunter2 https://api.example', 'hunter2'],
  ['curl -sSu ada:hunter2 https://api.example', 'hunter2'],
  ['docker login -u ada -p hunter2 ghcr.io', 'hunter2'],
  // Escaped, in a URL, in JavaScript, in HTML, after an escaped line break
  ['redirect=https%3A%2F%2Fada%3Ahunter2%40git.example%2Fx', 'hunter2'],
  ['https:\\/\\/ada:hunter2@git.example\\/x', 'hunter2'],
  ['password\\u003dhunter2', 'hunter2'],
  ['body=password%3Dhunter2%26user%3Dada', 'hunter2'],
  ['<pre>{&quot;password&quot;:&quot;hunter2&quot;}</pre>', 'hunter2'],
  ['&#34;password&#34;: &#34;hunter2&#34;', 'hunter2'],
  [`"token:\\nghp_${mixed(36)}"`, mixed(36)],
  // Headers
  ['rawHeaders: [\n  "Authorization",\n  "Basic YWRhOmh1bnRlcjI="\n]', 'YWRhOmh1bnRlcjI'],
  ['[["authorization","Bearer abcdef"]]', 'abcdef'],
  ["headers: { authorization: 'Bearer abcdef' }", 'abcdef'],
  ['Authorization: Bearer hunter2hunter2', 'hunter2hunter2'],
  [`> authorization: Basic ${base64('ada:hunter2')}`, base64('ada:hunter2')],
  [`sent "Basic ${base64('ada:x')}"`, base64('ada:x')],
  [`{"headers":{"Authorization":"token ${mixed(20)}"}}`, mixed(20)],
  [`map[Authorization:[Bearer ${mixed(30)}]]`, mixed(30)],
  [`curl -H 'X-Api-Key: ${mixed(16)}'`, mixed(16)],
  ['Cookie: session=hunter2; theme=dark', 'hunter2'],
  [`Private-Token: ${mixed(20)}`, mixed(20)],
  // Private keys
  [pem(), ...keyLines],
  [pem('PRIVATE KEY'), ...keyLines],
  [pem('OPENSSH PRIVATE KEY'), ...keyLines],
  [pem('PGP PRIVATE KEY BLOCK'), ...keyLines],
  [JSON.stringify({ private_key: pem('PRIVATE KEY') }), ...keyLines],
  [pem().replaceAll('\n', ' '), ...keyLines],
  [pem().replace(/^/gm, '2026-03-01T12:00:00Z '), ...keyLines],
  [`a\n${pem().split('\n').slice(0, 3).join('\n')}`, ...keyLines.slice(0, 2)],
  [`${pem().split('\n').slice(2).join('\n')}\nb`, ...keyLines.slice(1)],
  [pem().split('\n').slice(2).join(' '), ...keyLines.slice(1)],
  [`a ${pem().split('\n').slice(0, 3).join(' ')}`, ...keyLines.slice(0, 2)],
  [pem().split('\n').slice(0, 4).join('\n').replace(/^/gm, '12:00:00 INFO '), ...keyLines.slice(0, 3)],
  [pem().split('\n').slice(2).join('\n').replace(/^/gm, '12:00:00 INFO '), ...keyLines.slice(1)],
  [`key: ${base64(pem())}`, base64(pem()).slice(40, 80)],
];

/** Texts that only resemble credentials. */
const HARMLESS: readonly string[] = [
  `pulled ghcr.io/acme/shop:1.4.2@sha256:${hex(64)}`,
  `HEAD is now at ${hex(40)} Fix the login`,
  'request 550e8400-e29b-41d4-a716-446655440000 took 12ms',
  `data: ${base64('an ordinary text of some length, in Base64, with ++ and //')}`,
  `certificate ${'-----BEGIN CERTIFICATE-----'}\n${mixed(64)}\n${'-----END CERTIFICATE-----'}`,
  `LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t${mixed(20)}`,
  'FATAL: password authentication failed for user "app" (SQLSTATE 28P01)',
  'Error: secret "db-credentials" not found',
  "couldn't find key password in Secret staging/db",
  'MountVolume.SetUp failed for volume "token" : references non-existent secret key: token',
  'SyntaxError: Unexpected token: } at position 4',
  'invalid password: must contain a digit',
  'secretName: shop-tls, tokenFile: /var/run/token',
  'imagePullSecret=regcred secret=staging/db',
  'WWW-Authenticate: Bearer realm="https://ghcr.io/token",service="ghcr.io"',
  `docker-pullable://shop@sha256:${hex(64)} docker://shop:1.4.2@sha256:${hex(64)} containerd://${hex(64)}`,
  `docker-pullable://a-long-name-with-2-digits@sha256:${hex(64)} cache-key-${hex(32)}`,
  'failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aacme: 401',
  'authorization: failed to get a token',
  'docker buildx build --secret id=npm,src=.npmrc --secret=id=pip .',
  'using Basic authentication',
  'Unpacking passwd:amd64 (1:4.13)',
  'if (password === undefined) return;',
  'listening on http://0.0.0.0:8080/health?email=ada@example.com',
  'git@github.com:acme/gitops.git, mailto:ada@example.com, ssh://git@github.com/acme/gitops',
  'https://registry.internal:5000/acme/shop@sha256:4be1',
  'max_tokens=512 token_type=Bearer tokens: 5',
  'PASSWORD=$DB_PASSWORD PASSWORD=${DB_PASSWORD} password: "" password=<nil> password=null',
  'AWS_ACCESS_KEY_ID is not set; set AWS_SECRET_ACCESS_KEY too',
  'task-list-of-this-very-long-project-name-with-hyphens is done',
  'sum(rate(http_requests_total{track="canary"}[1m]))',
  'shop-6f7c7d9b8-x2x9k.17a2b3c4d5e6f708',
  `sha512-${base64(mixed(64))}`,
  'at Object.<anonymous> (/app/token.js:12:34)',
  // Services and images whose names end in such a word
  ...[
    `ghcr.io/acme/auth-token:1.2.3@sha256:${hex(64)}`,
    'ghcr.io/acme/secret:2026.11.29',
    'ghcr.io/acme/credentials:main',
    'ghcr.io/acme/api-key:pr-12-4be1f5a',
    'localhost:5000/password:test',
    'docker://registry.example:5000/access-key:v12',
    'acme/id-token:sha-4be1f5a',
    'acme/password:1.2.3-rc.1',
    `acme/password:staging@sha256:${hex(64)}`,
  ].flatMap((image) => [image, `pulled "${image}" in 2s`, `image=${image}`, JSON.stringify({ image })]),
  'auth-token: ghcr.io/acme/auth-token:1.4.2',
  'auth-token: 1.4.2 -> 1.4.3, access_token=v1.2.3-4be1f5a',
  'Deployment/api-token: 2/3 replicas are ready',
  'credentials=/run/secrets/db privateKey: /etc/tls/key.pem',
  'docker run -u 1000:1000 --user=1001:0 shop',
  'routing_key=orders.created sort_key=2026 primary-key: order-1234',
  'resourceVersion: "123456789", uid: 550e8400-e29b-41d4-a716-446655440000',
];

describe('a credential in a text from outside', () => {
  for (const [text, ...secrets] of LEAKS)
    it(`is hidden: ${JSON.stringify(text).slice(0, 90)}`, () => {
      const secret = new Secrets();
      const sinks = [
        redactCredentials(text),
        secret.redact(text),
        secret.redactJson(JSON.stringify({ log: [text] })),
        secret.redact(JSON.stringify(text)),
        secret.redact(escapeMarkdown(text)).replaceAll('\\', ''),
        secret.redact(escapeProse(text)).replaceAll('\\', ''),
        code(text),
        codeBlock(text),
      ];
      for (const shown of sinks)
        for (const part of secrets) expectWithNote(shown, `${part} in ${text}`).not.toContain(part);
    });

  it('is hidden once, and what surrounds it stays readable', () => {
    expect(redactCredentials('connect postgres://shop:hunter2@db:5432/shop failed')).toBe(
      'connect postgres://shop:***@db:5432/shop failed',
    );
    expect(redactCredentials('host=db password=hunter2, user=shop')).toBe('host=db password=***, user=shop');
    expect(redactCredentials(`a\n${pem()}\nb`)).toBe('a\n***\nb');
    expect(redactCredentials('git clone https://x-access-token:abc@github.com/acme/shop')).toBe(
      'git clone https://x-access-token:***@github.com/acme/shop',
    );
    expect(redactCredentials('Server=x;Password=hun ter2;Encrypt=true')).toBe('Server=x;Password=***;Encrypt=true');
    const twice = redactCredentials(redactCredentials('password=hunter2'));
    expect(twice).toBe('password=***');
  });
});

describe('what only resembles a credential', () => {
  for (const text of HARMLESS)
    it(`stays readable: ${text.slice(0, 90)}`, () => expect(redactCredentials(text)).toBe(text));
});

const fragment = fc.oneof(
  fc.constantFrom(...LEAKS.map(([text]) => text), ...HARMLESS),
  fc.constantFrom(
    'password=',
    'token:',
    '"',
    '\\',
    "'",
    '://a:',
    '@',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    '\n',
    '{',
    'secret="',
    'Cookie: ',
  ),
  fc.string({ maxLength: 6 }),
);

it('a JSON text stays JSON, with the same shape', () => {
  const shape = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shape)
      : typeof value === 'object' && value !== null
        ? Object.values(value).map(shape)
        : typeof value;
  const text = fc.array(fragment, { maxLength: 4 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.record({ a: text, b: fc.array(text, { maxLength: 3 }), c: fc.record({ password: text, token: text }) }),
      (value) => {
        for (const json of [JSON.stringify(value), JSON.stringify([JSON.stringify(value)])])
          expect(shape(JSON.parse(new Secrets().redactJson(json)))).toStrictEqual(shape(JSON.parse(json)));
      },
    ),
    { seed: 11, numRuns: 400 },
  );
});

it('a user and a password are no image', () => {
  expect(redactCredentials('user/password:hunter2')).toBe('user/password:***');
  expect(redactCredentials('password:1.2.3.hunter2')).toBe('password:***');
});

it('a text of a megabyte is searched in linear time', () => {
  for (const piece of [
    'a',
    'a:',
    '://a:',
    '://a:b@',
    '?token',
    'eyJ',
    ' x:y',
    'password=',
    'password ',
    'token: "',
    'secret=\\"',
    'Authorization: ',
    'AKIAIOSFODNN7EXAMPLE ',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    'abcdefghijklmnopqrst\n',
    ' --token',
    'mysql ',
    'redis-cli ',
    '<token>',
    'jdbc:oracle:x:',
    ';password=a ',
    'a.atlasv1.',
    'eyJaaaaaaaaa.',
    '\\',
    '"',
    "'",
    '--a-',
    'x-',
    'name=password ',
    'key:',
    'curl -u',
    'docker login ',
    'a/token:',
    '%25',
    '&amp;',
    '"authorization",',
    "password=''",
    'password=(((',
  ])
    expectLinearTime((size) => redactCredentials(piece.repeat(size)), 3_000);
});
