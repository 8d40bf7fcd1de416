import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import { DeliveryHarness, STAGING } from './delivery-harness.ts';

let harness: DeliveryHarness;

beforeAll(async () => {
  harness = await DeliveryHarness.open();
});
afterAll(() => harness.close());

describe('only the approved change is merged, byte by byte', () => {
  const FOLDER = 'apps/shop/overlays/staging';
  const jobNamed = (name: string) =>
    `kind: Job\nmetadata:\n  name: ${name}\nspec:\n  image: ${harness.sandbox.registry.host}/acme/shop:1.4\n`;
  const MIGRATE = () => jobNamed('migrate');

  interface Difference {
    readonly name: string;
    /** The files that the base has besides the example's when the change is proposed, and afterwards. */
    readonly proposed: Readonly<Record<string, () => string>>;
    readonly delivered: Readonly<Record<string, () => string>>;
    readonly message: string;
  }

  const DIFFERENCES: readonly Difference[] = [
    {
      name: 'the case of a file',
      proposed: { 'job.yaml': MIGRATE },
      delivered: { 'Job.yaml': MIGRATE },
      message: 'staging/Job.yaml" line 5 ("spec.image") would get',
    },
    {
      name: 'white space in the name of a file',
      proposed: { 'a job.yaml': MIGRATE },
      delivered: { 'a  job.yaml': MIGRATE },
      message: 'staging/a  job.yaml',
    },
    {
      name: 'the Unicode normalization of a file',
      proposed: { 'caf\u00e9.yaml': MIGRATE },
      delivered: { 'cafe\u0301.yaml': MIGRATE },
      message: 'staging/cafe\\u{301}.yaml',
    },
    {
      name: 'another file',
      proposed: { 'job.yaml': MIGRATE },
      delivered: { 'job.yaml': MIGRATE, 'more.yaml': MIGRATE },
      message: 'staging/more.yaml',
    },
    {
      name: 'a missing file',
      proposed: { 'job.yaml': MIGRATE },
      delivered: {},
      message: 'would not get the approved',
    },
    {
      name: 'another document of the file',
      proposed: { 'job.yaml': MIGRATE },
      delivered: { 'job.yaml': () => `kind: Empty\n---\n${MIGRATE()}` },
      message: 'staging/job.yaml" line 7',
    },
    {
      name: 'another object at the same place',
      proposed: { 'job.yaml': MIGRATE },
      delivered: { 'job.yaml': () => jobNamed('Migrate') },
      message: '`resource` is "Job/Migrate", but "Job/migrate" was approved',
    },
    {
      name: 'the case of a path in the document',
      proposed: { 'job.yaml': () => `${MIGRATE()}  A:\n    image: ${harness.sandbox.registry.host}/acme/shop:1.4\n` },
      delivered: { 'job.yaml': () => `${MIGRATE()}  a:\n    image: ${harness.sandbox.registry.host}/acme/shop:1.4\n` },
      message: '("spec.a.image") would get',
    },
  ];

  const push = (files: Difference['proposed']) => {
    const contents = Object.entries(files).map(([name, text]) => [`${FOLDER}/${name}`, text()]);
    return harness.sandbox.gitops.push('main', Object.fromEntries(contents), 'Other files');
  };
  const remove = (files: Difference['proposed']) =>
    push(Object.fromEntries(Object.keys(files).map((name) => [name, () => ''])));

  for (const { name, proposed, delivered, message } of DIFFERENCES)
    it(`refuses a change that differs by ${name}`, async () => {
      push(proposed);
      const run = harness.callDeploy('1.6.0', 'staging');
      await run.job('propose');
      remove(proposed);
      push(delivered);
      const before = harness.sandbox.gitops.branch('main');
      const { status, log, ran } = await run.job('deliver');
      expectWithNote(status, log).toBe('failure');
      expect(log).toContain('approved-change-differs: Nothing was merged');
      expect(log).toContain(message);
      expectWithNote(!ran.includes('rollout') && !ran.includes('rollback'), ran.join()).toBeTruthy();
      expect(harness.sandbox.gitops.branch('main')).toBe(before);
      remove(delivered);
    });

  it('refuses an image of which only the case of the tag differs', async () => {
    await harness.release('1.8.0-RC');
    const run = harness.callDeploy('1.8.0-RC', 'staging');
    await run.job('propose');
    run.changeInputs({ image: await harness.release('1.8.0-rc') });
    const { status, log } = await run.job('deliver');
    expectWithNote(status, log).toBe('failure');
    expect(log).toContain('`new` is "1.8.0-rc", but "1.8.0-RC" was approved.');
    expect(harness.onMain(STAGING)).not.toMatch(/1\.8\.0/i);
  });

  it('merges nothing if GitHub withholds the list of the approved changes', async () => {
    const run = harness.callDeploy('1.6.0', 'staging');
    await run.job('propose');
    run.withholdOutput('propose', 'changes');
    const { status, log } = await run.job('deliver');
    expectWithNote(status, log).toBe('failure');
    expect(log).toContain('which nobody has approved');
  });
});
