import { at, listAt, stringAt } from '../../../src/json/json.ts';
import { nameOf, type Obj } from './model.ts';
import { Refusal } from './status.ts';

/** The logs of containers. */
export class Logs {
  readonly #texts = new Map<string, string>();

  set(namespace: string, pod: string, container: string, text: string, previous: boolean): void {
    this.#texts.set(keyOf(namespace, pod, container, previous), text);
  }

  /**
   * @returns undefined for a pod that is on no node (204).
   * @throws Refusal 400 if the container or its previous instance does not exist, or has not started yet.
   */
  read(pod: Obj, namespace: string, query: URLSearchParams): string | undefined {
    const container = chosenContainer(pod, query.get('container') ?? '');
    const previous = isTrue(query.get('previous'));
    const [tailLines, limitBytes] = [count(query, 'tailLines'), count(query, 'limitBytes')];
    const text = this.#texts.get(keyOf(namespace, nameOf(pod), container, previous));
    if (text === undefined && stringAt(pod, 'spec', 'nodeName') === undefined) return undefined;
    if (previous && text === undefined)
      throw bad(`previous terminated container "${container}" in pod "${nameOf(pod)}" not found`);
    if (!previous) requireStarted(pod, container);
    return cut(text ?? '', tailLines, limitBytes);
  }
}

function chosenContainer(pod: Obj, asked: string): string {
  const names = listAt(pod, 'spec', 'containers').map((container) => stringAt(container, 'name') ?? '');
  const init = listAt(pod, 'spec', 'initContainers').map((container) => stringAt(container, 'name') ?? '');
  if (asked === '') {
    if (names.length === 1 && init.length === 0) return names[0] ?? '';
    throw bad(
      `a container name must be specified for pod ${nameOf(pod)}, choose one of: [${[...init, ...names].join(' ')}]`,
    );
  }
  if (![...names, ...init].includes(asked)) throw bad(`container ${asked} is not valid for pod ${nameOf(pod)}`);
  return asked;
}

/** A waiting container shows the log of its last instance, if there was one. */
function requireStarted(pod: Obj, container: string): void {
  const statuses = [...listAt(pod, 'status', 'containerStatuses'), ...listAt(pod, 'status', 'initContainerStatuses')];
  const status = statuses.find((each) => stringAt(each, 'name') === container);
  const waiting = at(status, 'state', 'waiting');
  if (waiting === undefined || at(status, 'lastState', 'terminated') !== undefined) return;
  const reason = stringAt(waiting, 'reason') ?? 'ContainerCreating';
  const pulling = ['ErrImagePull', 'ImagePullBackOff'].includes(reason);
  const why = pulling ? 'trying and failing to pull image' : reason;
  throw bad(`container "${container}" in pod "${nameOf(pod)}" is waiting to start: ${why}`);
}

function cut(text: string, tailLines: number | undefined, limitBytes: number | undefined): string {
  const lines = text.split(/(?<=\n)/);
  const tail = tailLines === undefined ? text : lines.slice(Math.max(0, lines.length - tailLines)).join('');
  return limitBytes === undefined ? tail : Buffer.from(tail).subarray(0, limitBytes).toString();
}

function count(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw bad(`strconv.ParseInt: parsing "${text}": invalid syntax`);
}

export function isTrue(text: string | null): boolean {
  return text === 'true' || text === '1';
}

function bad(message: string): Refusal {
  return new Refusal(400, 'BadRequest', message);
}

function keyOf(namespace: string, pod: string, container: string, previous: boolean): string {
  return `${namespace}/${pod}/${container}/${previous}`;
}
