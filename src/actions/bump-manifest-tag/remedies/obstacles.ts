import type { Obstacle } from '../../../manifest/bump/obstacle.ts';

/** What to do about a field that can't be changed, in terms of the inputs. */
export function obstacleRemedy(obstacle: Obstacle): string {
  switch (obstacle.code) {
    case 'older-tag':
      return 'Give a newer tag, or remove `newer-only` to go back on purpose.';
    case 'unknown-order':
      return 'Use versions (1.4.2) or build numbers (main-41) as tags, or remove `newer-only`.';
    case 'incomplete-reference': {
      const { repository, lacks } = obstacle;
      return `Give \`image\` as ${repository}:<tag>@sha256:<digest>, or set \`pin: ${otherThan(lacks)}\`.`;
    }
    case 'missing-part':
      return missingPart(obstacle);
    case 'shared-value':
      if (obstacle.others) return otherImages(obstacle.others);
      return 'Write the value out where it is used, or set `aliases: shared` to change it for all of them (`detach` for this place alone).';
    case 'inside-anchor':
      if (obstacle.others) return otherImages(obstacle.others);
      return 'Write it out where it is used, or set `aliases: shared` to change it for all of them.';
    case 'contradictory-parts':
      return 'Write each part once, under its own key.';
    case 'digest-in-tag':
      return 'Give `image` with a digest and set `pin: digest`, or write tag and digest under keys that the consumer reads.';
    case 'digest-after-tag':
      return 'Set `pin: both`, with tag and digest in `image`.';
    case 'tag-needed':
      return 'Set `pin: both`, or empty the tag yourself if the consumer reads a digest alone.';
    case 'unknown-digest-form':
      return "Write the present image's digest there once, in the form that the chart reads, or set `pin: tag`.";
    case 'not-text':
      return 'Write it as text.';
    case 'duplicate-key':
      return 'Remove one of the two: parsers disagree on which one counts.';
    case 'block-scalar':
      return 'Write the value on the same line as its key.';
    case 'yaml-tag':
      return 'Remove the YAML tag: a part of an image reference is text.';
    case 'unsafe-edit':
      return 'Exclude the file with `paths` and report this as a defect of the action.';
    case 'sops-mac':
      return sopsRemedy(obstacle);
    case 'several-kustomizations':
      return 'Select the one that should get it with `paths`.';
  }
}

/** Changing the value for all of them would give other images a version that they may not have. */
function otherImages(others: readonly string[]): string {
  const [first = 'another image', ...more] = others;
  const [users, them] =
    more.length > 0 ? [`${others.length} other fields keep theirs`, 'them'] : [`${first} keeps its own`, 'it'];
  return `Write the value out where it is used, so that ${users}; \`aliases: shared\` would change ${them} too.`;
}

/** `sops set` writes the value and a new MAC. */
function sopsRemedy({ file, values }: Obstacle & { code: 'sops-mac' }): string {
  const commands = values.map(({ index, text }) =>
    index === undefined ? undefined : `sops set ${quoted(file)} ${quoted(index)} ${quoted(JSON.stringify(text))}`,
  );
  const isComplete = commands.length > 0 && commands.every((command) => command !== undefined);
  const how = isComplete ? `: \`${commands.join(' && ')}\`` : ` (\`sops set\`, or \`sops edit ${quoted(file)}\`)`;
  return `Let SOPS change it, which needs the key${how}; or encrypt the file with \`mac_only_encrypted\`, or exclude it with \`paths\`.`;
}

/** An argument for a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./@:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function missingPart({ part, key, repository }: Obstacle & { code: 'missing-part' }): string {
  const add =
    key === undefined ? `Write the ${part} next to the other parts` : `Set \`create: true\` to add the key \`${key}\``;
  if (part === 'tag' || part === 'digest') return `${add}, or set \`pin: ${otherThan(part)}\`.`;
  return `${add} with ${repository}.`;
}

function otherThan(part: 'tag' | 'digest'): 'tag' | 'digest' {
  return part === 'tag' ? 'digest' : 'tag';
}
