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

test.each(Object.entries<Tool>(TOOLS))('%s has a pinned version, URL and SHA-256 for every platform', (name, tool) => {
  expect(tool.name).toBe(name);
  expect(tool.version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(Object.keys(tool.assets)).toStrictEqual(Object.keys(PLATFORMS));
  for (const [platform, asset] of Object.entries(tool.assets)) {
    const url = assetUrl(tool, asset);
    expect(url).toMatch(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/releases\/download\//);
    expect(URL.canParse(url)).toBe(true);
    expect(tool.releasePath.endsWith(`/v${tool.version}`)).toBe(true);
    expect(asset.file).toMatch(
      new RegExp(`^${name}.v${tool.version}.${Object.entries(PLATFORMS).find(([key]) => key === platform)?.[1]}`),
    );
    expect(asset.file.endsWith('.tar.gz')).toBe(tool.packaging === 'tar.gz');
    expect(asset.sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(new Set(Object.values(tool.assets).map(({ sha256 }) => sha256)).size).toBe(Object.keys(PLATFORMS).length);
});

test.each([
  ['https://artifacts.example.com/github/', 'https://artifacts.example.com/github'],
  ['https://mirror.example.com', 'https://mirror.example.com'],
  ['http://mirror.internal:8081/a/b//', 'http://mirror.internal:8081/a/b'],
])('the mirror %s replaces https://github.com in the URL of a release', (given, url) => {
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
  ['https://me:secret@mirror.example.com', "can't have credentials"],
  ['https://mirror.example.com/?token=x', 'is appended to the URL'],
  ['https://mirror.example.com/#x', 'is appended to the URL'],
])('%s is rejected as a mirror', (given, hint) => {
  expect(() => mirrorUrl.parse(given)).toThrow(hint);
});
