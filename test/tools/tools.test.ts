import { expect, test } from '@jest/globals';
import { mirrorUrl } from '../../src/tools/mirror.ts';
import { assetUrl, type Tool } from '../../src/tools/tool.ts';
import { TOOLS } from '../../src/tools/tools.ts';

const PLATFORMS = {
  'linux-x64': 'linux.amd64',
  'linux-arm64': 'linux.arm64',
  'darwin-x64': 'darwin.amd64',
  'darwin-arm64': 'darwin.arm64',
};

test.each(Object.entries<Tool>(TOOLS))('%s is pinned for every platform: version, URL and sum', (name, tool) => {
  expect(tool.name).toBe(name);
  expect(tool.version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(Object.keys(tool.assets)).toStrictEqual(Object.keys(PLATFORMS));
  for (const [platform, build] of Object.entries(tool.assets)) {
    const url = assetUrl(tool, build);
    expect(url).toMatch(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/releases\/download\//);
    expect(URL.canParse(url)).toBe(true);
    expect(tool.releasePath.endsWith(`/v${tool.version}`)).toBe(true);
    expect(build.file).toMatch(
      new RegExp(`^${name}.v${tool.version}.${Object.entries(PLATFORMS).find(([key]) => key === platform)?.[1]}`),
    );
    expect(build.file.endsWith('.tar.gz')).toBe(tool.packaging === 'tar.gz');
    expect(build.sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(new Set(Object.values(tool.assets).map(({ sha256 }) => sha256)).size).toBe(Object.keys(PLATFORMS).length);
});

test.each([
  ['https://artifacts.example.com/github/', 'https://artifacts.example.com/github'],
  ['https://mirror.example.com', 'https://mirror.example.com'],
  ['http://mirror.internal:8081/a/b//', 'http://mirror.internal:8081/a/b'],
])('the mirror %s stands for GitHub', (given, url) => {
  expect(mirrorUrl.parse(given)).toBe(url);
  expect(assetUrl(TOOLS.buildx, { file: 'x', sha256: '' }, mirrorUrl.parse(given))).toBe(
    `${url}/${TOOLS.buildx.releasePath}/x`,
  );
});

test.each([
  ['artifacts.example.com/github', 'Did you mean "https://artifacts.example.com/github"?'],
  ['ftp://mirror.example.com', ''],
  ['file:///srv/mirror', ''],
  ['not a URL', ''],
  ['https://me:secret@mirror.example.com', 'without a login'],
  ['https://mirror.example.com/?token=x', 'added at its end'],
  ['https://mirror.example.com/#x', 'added at its end'],
])('%s is no mirror', (given, hint) => {
  expect(() => mirrorUrl.parse(given)).toThrow(hint);
});
