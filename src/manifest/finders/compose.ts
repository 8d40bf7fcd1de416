import { type Finder, wholeReference } from '../fields/field.ts';
import { child, descend, entries, items, type ManifestDocument, rootOf } from '../syntax/tree.ts';

/** Services of Compose files. */
export const composeFinder: Finder = {
  name: 'compose',
  *find(document) {
    if (!isCompose(document)) return;
    for (const { value: service } of entries(descend(rootOf(document), 'services'))) {
      const field = wholeReference('compose', child(service, 'image'));
      if (field) yield field;
    }
  },
};

/** The top-level elements of the Compose specification. */
const ELEMENTS = /^(?:version|name|include|services|networks|volumes|configs|secrets|models|x-.*)$/;
/** A service of Compose says what it runs in one of these ways. */
const RUNS = ['image', 'build', 'extends', 'provider'];

/** A file is Compose's by what it says: services that run something, and nothing that Compose does not know. */
export function isCompose(document: ManifestDocument): boolean {
  const root = rootOf(document);
  const services = entries(descend(root, 'services')).map(({ value }) => value);
  return (
    services.length > 0 &&
    entries(root).every(({ key }) => ELEMENTS.test(key)) &&
    services.every((service) => RUNS.some((key) => child(service, key)) && items(service).length === 0)
  );
}
