import type { Run } from '../../action/context.ts';
import { invalidInput } from '../../action/inputs.ts';
import { repositoryName } from '../../image/reference.ts';
import { bumpManifests } from '../../manifest/bump.ts';
import { findersOf } from '../../manifest/fields/finders.ts';
import { namedFields } from '../../manifest/fields/named.ts';
import { needlesFor } from '../../manifest/files/needles.ts';
import { unifiedDiff } from '../../manifest/files/patch.ts';
import { openRoot, selection } from '../../manifest/files/survey.ts';
import { writeFiles } from '../../manifest/files/write.ts';
import { contradiction } from '../../manifest/image-bump.ts';
import { demandCount, demandEditable, explainUnmatched } from './checks.ts';
import type { contract } from './contract.ts';
import { logResult, logTask } from './log.ts';
import { summaryOf } from './summary.ts';

/** GitHub takes outputs of 1 MB; in UTF-16 units, of which most are one byte. */
const PATCH_LIMIT = 900_000;

export const run: Run<typeof contract> = async ({ inputs, report, env, log, cwd, signal }) => {
  const { image: bumps, pin, aliases, create, kinds, fields, dryRun } = inputs;
  const contradictory = contradiction(bumps);
  if (contradictory) throw invalidInput('image', `${contradictory}.`, ['Give each repository one line.']);

  const root = openRoot(cwd, inputs.root);
  const wanted = selection(inputs.paths);
  const rules = {
    bumps,
    policy: { pin, aliases, create },
    finders: [...findersOf(kinds), namedFields(fields)],
    needles: needlesFor(bumps, fields),
  };
  logTask(log, inputs, root);
  report.set({ changed: false, files: [], changes: [], previous: {}, patch: '' });

  const bumped = await bumpManifests(root, wanted, rules, signal);
  demandEditable(bumped);
  await explainUnmatched(bumped, inputs, { root, wanted, rules, log, signal });
  demandCount(bumped, inputs.expect);

  if (!dryRun) writeFiles(bumped.files.map(({ path, before, after }) => ({ path, before, after })));

  const changes = bumped.matched.flatMap((field) => field.changes);
  const changed = bumped.matched.filter((field) => field.changes.length > 0);
  const patch = bumped.files.map(({ file, before, splices }) => unifiedDiff(file, before, splices)).join('');
  const files = bumped.files.map(({ file }) => file);
  const previous: Record<string, string[]> = {};
  for (const { bump, from } of changed) {
    const name = repositoryName(bump.from);
    previous[name] = [...new Set([...(previous[name] ?? []), from])];
  }
  report.set({ changed: files.length > 0, files, changes, previous, patch: patch.length <= PATCH_LIMIT ? patch : '' });
  report.detail({ dryRun, searched: bumped.searched, matched: bumped.matched.length, files, previous });
  report.section(summaryOf(bumped, patch, { dryRun, env, top: root.top }));
  await logResult(log, bumped, dryRun);
};
