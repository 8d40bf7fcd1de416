import { descend, type ManifestDocument, rootOf, textAt } from '../syntax/tree.ts';
import { nonEmptyText } from './references.ts';

/**
 * Whether SOPS sealed the clear text of a document, or of a document around it, with a MAC: then any edit makes the file impossible to
 * decrypt. With `mac_only_encrypted`, only encrypted values count (SOPS, "MAC calculation").
 */
export function isSealedBySops(document: ManifestDocument): boolean {
  const root = rootOf(document);
  const isSealed =
    nonEmptyText(descend(root, 'sops', 'mac')) !== undefined &&
    textAt(root, 'sops', 'mac_only_encrypted')?.toLowerCase() !== 'true';
  return isSealed || (document.holder !== undefined && isSealedBySops(document.holder.document));
}
