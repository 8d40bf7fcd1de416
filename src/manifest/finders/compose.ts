import { defineFinder } from '../fields/finder.ts';
import { wholeReference } from '../fields/references.ts';
import { child, descend, items, type ManifestDocument, mappingEntries, rootOf } from '../syntax/tree.ts';

export const composeFinder = defineFinder({
  name: 'compose',
  describe: '`image:` of the services of a Compose file',
  keywords: ['image'],
  *find(document) {
    if (!isCompose(document)) return;
    for (const { value: service } of mappingEntries(descend(rootOf(document), 'services'))) {
      const field = wholeReference(child(service, 'image'));
      if (field) yield field;
    }
  },
});

/** The top-level elements of the Compose specification. */
const ELEMENTS = /^(?:version|name|include|services|networks|volumes|configs|secrets|models|x-.*)$/;
/** Every service has one of these keys. */
const SERVICE_SOURCES = ['image', 'build', 'extends', 'provider'];

/** A Compose file is recognized by its content: services that run something, and only elements that Compose knows. */
export function isCompose(document: ManifestDocument): boolean {
  const root = rootOf(document);
  const services = mappingEntries(descend(root, 'services')).map(({ value }) => value);
  return (
    services.length > 0 &&
    mappingEntries(root).every(({ key }) => ELEMENTS.test(key)) &&
    services.every((service) => SERVICE_SOURCES.some((key) => child(service, key)) && items(service).length === 0)
  );
}
