import { TestEnvironment } from 'jest-environment-node';

const OUTER = { Error, TypeError, RangeError, SyntaxError, AggregateError };

/**
 * jest runs each test file in a vm context with an `Error` of its own, while Node's modules throw errors of the outer realm. Here
 * `thrown instanceof Error` also holds for those, as it does wherever the actions really run.
 */
export default class OneRealmEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    const ordinary = Function.prototype[Symbol.hasInstance];
    for (const [name, outer] of Object.entries(OUTER)) {
      const inner = this.global[name];
      Object.defineProperty(inner, Symbol.hasInstance, {
        value(thrown) {
          return ordinary.call(this, thrown) || (this === inner && ordinary.call(outer, thrown));
        },
      });
    }
  }
}
