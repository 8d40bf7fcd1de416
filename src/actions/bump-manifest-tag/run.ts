import type { Context, Run } from '../../entry/context.ts';
import { formatReference, imageRepository } from '../../image/reference.ts';
import { bumpManifests } from '../../manifest/bump/bump-manifests.ts';
import { namedFieldsFinder } from '../../manifest/fields/named-fields.ts';
import { unifiedDiff } from '../../manifest/files/patch.ts';
import { bumpPrefilter } from '../../manifest/files/prefilter.ts';
import { fileSelector, openSearchRoot } from '../../manifest/files/search.ts';
import { writeFiles } from '../../manifest/files/write.ts';
import { findersOf } from '../../manifest/finders/finders.ts';
import { demandConsistent, demandCount, demandEditable, demandFound } from './checks/checks.ts';
import { demandPaths } from './checks/require-paths.ts';
import type { contract } from './contract.ts';
import { logResult, logTask } from './report/log.ts';
import { nothingYet, outputsOf } from './report/outputs.ts';
import { compare, inspect } from './report/read-modes.ts';
import { summaryOf } from './report/summary.ts';

export const run: Run<typeof contract> = async (context) => {
  demandConsistent(context.inputs);
  context.report.set(nothingYet);
  await { bump, inspect, compare }[context.inputs.mode](context);
};

async function bump({ inputs, report, env, log, cwd, signal }: Context<typeof contract>): Promise<void> {
  const { image: bumps, pin, aliases, create, newerOnly, kinds, fields, embedded, dryRun } = inputs;
  const root = openSearchRoot(cwd, inputs.root);
  const wanted = fileSelector(inputs.paths);
  const rules = {
    bumps,
    policy: { pin, aliases, create, newerOnly },
    embedded,
    finders: [...findersOf(kinds), namedFieldsFinder(fields)],
    prefilter: bumpPrefilter(bumps, fields),
  };
  logTask(log, inputs, root);

  // Where a single line finds nothing, `if-unmatched` says what that means.
  if (inputs.paths.length > 1) demandPaths(inputs.paths, [root]);
  const bumped = await bumpManifests(root, wanted, rules, signal);
  demandEditable(bumped);
  const unmatched = await demandFound(bumped, inputs, { root, wanted, rules, log, signal });
  demandCount(bumped, inputs.expect);

  if (!dryRun) writeFiles(bumped.files);

  const patch = bumped.files.map(({ file, before, splices }) => unifiedDiff(file, before, splices)).join('');
  const outputs = outputsOf(bumped, patch, log);
  report.set(outputs);
  const [{ to } = {}, ...others] = bumps;
  if (to?.digest && others.length === 0) report.subject({ image: imageRepository(to), digest: to.digest });
  report.detail({
    dryRun,
    images: bumps.map(({ to }) => formatReference(to)),
    searched: bumped.searched,
    matched: bumped.matched.length,
    files: outputs.files,
    previous: outputs.previous,
  });
  report.section(summaryOf(bumped, patch, { unmatched, dryRun, env, top: root.top }));
  await logResult(log, bumped, dryRun);
}
