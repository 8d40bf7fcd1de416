// Renders charts that join an image reference in the ways of public charts, with the values that a bump writes.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { bumped, digest, SHOP } from '../manifest/harness.ts';
import { Harness } from './components/harness.ts';
import { run } from './components/run.ts';
import { helm } from './tools/modules.ts';
import { program } from './tools/toolbox.ts';

const [D1, D2] = [digest('1'), digest('2')];
const bare = (text: string) => text.slice('sha256:'.length);

const harness = new Harness();
afterAll(() => harness.close());

/** The image that a chart with this expression renders. */
async function rendered(name: string, expression: string, values: string): Promise<string> {
  const chart = join(harness.folder, 'charts', name);
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: 1.0.0\nappVersion: "0.0.1"\n`);
  writeFileSync(join(chart, 'values.yaml'), values);
  writeFileSync(join(chart, 'templates/image.yaml'), `apiVersion: v1\nkind: Image\nimage: "${expression}"\n`);
  const output = await run(program(helm, 'helm'), ['template', 'release', chart]);
  return /^image: "(?<image>.*)"$/m.exec(output)?.groups?.['image'] ?? output;
}

test.each([
  [
    'prometheus',
    '{{ with .Values.image }}{{ .registry }}/{{ .repository }}:{{ .tag }}{{ if .sha }}@sha256:{{ .sha }}{{ end }}{{ end }}',
    `image: {registry: ghcr.io, repository: acme/shop, tag: v1, sha: "${bare(D1)}"}\n`,
  ],
  [
    'prometheus-unpinned',
    '{{ with .Values.image }}{{ .registry }}/{{ .repository }}:{{ .tag }}{{ if .sha }}@sha256:{{ .sha }}{{ end }}{{ end }}',
    'image:\n  registry: ghcr.io\n  repository: acme/shop\n  tag: ""\n  sha: ""\n',
  ],
  [
    'ingress',
    '{{ with .Values.controller.image }}{{ .registry }}/{{ .image }}:{{ .tag }}{{ if .digest }}@{{ .digest }}{{ end }}{{ end }}',
    `controller:\n  image:\n    registry: ghcr.io\n    image: acme/shop\n    tag: "v1"\n    digest: ${D1}\n`,
  ],
  [
    'driver',
    '{{ with .Values.driver }}{{ .repository }}/{{ .image }}:{{ .version }}@{{ .digest }}{{ end }}',
    `driver: {repository: ghcr.io/acme, image: shop, version: "1", digest: "${D1}"}\n`,
  ],
  ['beside', '{{ .Values.image }}:{{ .Values.tag }}', `image: ${SHOP}\ntag: "v1@${D1}"\n`],
  [
    'prefixed',
    '{{ .Values.imageRepository }}:{{ .Values.imageTag }}@{{ .Values.imageDigest }}',
    `imageRepository: ${SHOP}\nimageTag: v1\nimageDigest: ${D1}\n`,
  ],
  [
    'inherited',
    '{{ with .Values.web }}{{ .repository }}:{{ .tag }}@{{ .digest }}{{ end }}',
    `x: &base {repository: ${SHOP}, tag: old, digest: ""}\nweb: {<<: *base, tag: v1, digest: "${D1}"}\n`,
  ],
])('a chart like %s renders the reference that was asked for', async (name, expression, values) => {
  for (const tag of ['v2', '1.10', '1e3', 'on']) {
    const after = bumped(values, { image: `${SHOP}:${tag}@${D2}`, pin: 'both' });
    expect(await rendered(name, expression, after)).toBe(`${SHOP}:${tag}@${D2}`);
  }
});

test('a chart with an empty tag renders the new one instead of appVersion', async () => {
  const expression = '{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}';
  const values = `image:\n  repository: ${SHOP}\n  # Overrides the image tag whose default is the chart appVersion.\n  tag: ""\n`;
  expect(await rendered('created', expression, values)).toBe(`${SHOP}:0.0.1`);
  expect(await rendered('created', expression, bumped(values, { image: `${SHOP}:2.0` }))).toBe(`${SHOP}:2.0`);
});
