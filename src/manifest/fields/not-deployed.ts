import type { NodePath } from '../syntax/path.ts';
import { type ManifestDocument, rootOf, textAt } from '../syntax/tree.ts';

/** Objects that say which images exist, may run or are to be watched. No image runs because they name it. */
interface Family {
  /** What such an object says about images. */
  readonly says: string;
  /** Its API groups. */
  readonly group: RegExp;
  /** Its kinds; all of the groups if left out. */
  readonly kinds?: RegExp;
  /** Keys below which it describes objects that it writes: their images run. */
  readonly writes?: readonly string[];
}

/** A document that deploys no image. */
export interface NotDeployed {
  /** Why: the end of a sentence that begins with a place in it. */
  readonly reason: string;
  /** Whether a path leads to an object that a policy writes. */
  readonly isWritten: (path: NodePath) => boolean;
}

const SOURCE = 'says where new versions are looked for, not what runs';
const POLICY = 'says which images may run, not what runs';
const MIRROR = 'says where images are copied from, not what runs';
const REPORT = 'is a report about an image, not what runs';

const FAMILIES: readonly Family[] = [
  { says: SOURCE, group: /^image\.toolkit\.fluxcd\.io$/ },
  { says: SOURCE, group: /^argocd-image-updater\.argoproj\.io$/ },
  // A Stage runs what its Freight holds; the steps of its promotion name images to choose from.
  { says: SOURCE, group: /^kargo\.akuity\.io$/ },
  { says: SOURCE, group: /^fleet\.cattle\.io$/, kinds: /^ImageScan$/ },
  {
    says: POLICY,
    group: /^kyverno\.io$/,
    kinds: /^(?:Cluster)?(?:Policy|CleanupPolicy)$|^PolicyException$/,
    writes: ['mutate', 'generate'],
  },
  { says: POLICY, group: /^policies\.kyverno\.io$/, kinds: /Validating|Exception|Deleting/ },
  { says: POLICY, group: /^admissionregistration\.k8s\.io$/, kinds: /^ValidatingAdmissionPolicy(?:Binding)?$/ },
  { says: POLICY, group: /^(?:constraints|templates|config)\.gatekeeper\.sh$/ },
  { says: POLICY, group: /^policy\.sigstore\.dev$/ },
  { says: POLICY, group: /^policies\.kubewarden\.io$/, kinds: /Policy$/ },
  { says: POLICY, group: /^config\.ratify\.(?:deislabs\.io|dev)$/ },
  { says: POLICY, group: /^(?:portieris\.cloud\.ibm\.com|securityenforcement\.admission\.cloud\.ibm\.com)$/ },
  { says: MIRROR, group: /^(?:operator|config)\.openshift\.io$/, kinds: /^Image/ },
  { says: MIRROR, group: /^(?:mirror\.openshift\.io|kuik\.enix\.io)$/ },
  { says: REPORT, group: /^(?:aquasecurity\.github\.io|spdx\.softwarecomposition\.kubescape\.io|wgpolicyk8s\.io)$/ },
];

/** Configuration of bots that propose new versions, by the name of the file. */
const BOT_FILE =
  /(?:^|\/)(?:\.?renovate(?:rc)?(?:\.json5?)?|renovate-config\.json5?|dependabot\.ya?ml|updatecli\.ya?ml)$/;

/** Whether a document deploys no image although it names some; `undefined` if it may deploy them. */
export function notDeployed(document: ManifestDocument, file: string): NotDeployed | undefined {
  const root = rootOf(document);
  const [group = '', version] = textAt(root, 'apiVersion')?.split('/') ?? [];
  const kind = textAt(root, 'kind');
  if (kind !== undefined && version !== undefined) {
    const family = FAMILIES.find((each) => each.group.test(group) && (each.kinds?.test(kind) ?? true));
    const { says, writes = [] } = family ?? {};
    return (
      family && {
        reason: `is in ${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}, which ${says}`,
        isWritten: (path) => path.some((step) => step.kind === 'key' && writes.includes(step.key)),
      }
    );
  }
  const isBot = BOT_FILE.test(file) || (textAt(root, '$schema') ?? '').includes('renovate');
  return isBot ? { reason: `is in the configuration of a bot, which ${SOURCE}`, isWritten: () => false } : undefined;
}
