import { describe, expect, test } from '@jest/globals';
import { useWorkspace } from './harness.ts';

const workspace = useWorkspace();
describe('hundreds of fields', () => {
  test('are folded in the log, cut in the summary, and complete in the outputs', async () => {
    const entries = Array.from({ length: 400 }, (_, i) => `app${i}: {image: "acme/shop:1"}\n`);
    workspace.file('values.yaml', entries.join(''));
    const { outputs, summary, log } = await workspace.run({ image: 'acme/shop:2', expect: '400' });
    expect(JSON.parse(outputs['changes'] ?? '').length).toBe(400);
    expect(log).toMatch(/::group::400 fields\n/);
    expect(summary).toMatch(/^… and 100 more: see the output `changes`\.$/m);
    expect(workspace.read('values.yaml')).toBe(entries.join('').replaceAll('shop:1', 'shop:2'));
  });
});

describe('an output that is too long', () => {
  test('is left empty with a warning, and the files are changed', async () => {
    const old = `- {image: "acme/${'shop'.repeat(40)}:1"}\n`.repeat(2000);
    workspace.file('values.yaml', old);
    const { code, outputs, log } = await workspace.run({ image: `acme/${'shop'.repeat(40)}:2` });
    expect(code).toBe(0);
    expect([outputs['changed'], outputs['changes']]).toStrictEqual(['true', '']);
    expect(outputs['files']).toBe('["values.yaml"]');
    expect(log).toMatch(/::warning .*output-too-large::The output `changes` is left empty: it has \d\.\d MB, .*`path`/);
    expect(workspace.read('values.yaml')).toBe(old.replaceAll(':1"', ':2"'));
  });

  test('is left empty with a warning if it is the patch', async () => {
    const note = `# ${'x'.repeat(100_000)}\n`;
    workspace.file(
      'values.yaml',
      Array.from({ length: 12 }, (_, i) => `app${i}:\n${note}  image: acme/shop:1\n`).join(''),
    );
    const { code, outputs, log } = await workspace.run({ image: 'acme/shop:2' });
    expect([code, outputs['patch'], JSON.parse(outputs['changes'] ?? '').length]).toStrictEqual([0, '', 12]);
    expect(log).toMatch(/::warning .*output-too-large::The output `patch` is left empty: it has 1\.2 MB, /);
  });

  test('causes a warning if the changes fit an output but not an input', async () => {
    workspace.file('values.yaml', '- {image: "acme/shop:1"}\n'.repeat(900));
    const { outputs, log } = await workspace.run({ image: 'acme/shop:2' });
    expect(JSON.parse(outputs['changes'] ?? '').length).toBe(900);
    expect(log).toMatch(
      /::warning .*changes-too-long::The output `changes` \(\d{3} kB\) is too long for an input .*`path`/,
    );
  });
});
