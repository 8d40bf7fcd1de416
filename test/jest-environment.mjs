import { TestEnvironment } from 'jest-environment-node';

const OUTER = { Error, TypeError, RangeError, SyntaxError, AggregateError };

/**
 * jest runs each test file in a vm context with its own `Error`, but Node's modules throw errors of the outer realm. In this environment,
 * `thrown instanceof Error` is also true for those, as it is outside of jest.
 */
export default class OneRealmEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    const hasInstance = Function.prototype[Symbol.hasInstance];
    for (const [name, outer] of Object.entries(OUTER)) {
      const inner = this.global[name];
      Object.defineProperty(inner, Symbol.hasInstance, {
        value(thrown) {
          return hasInstance.call(this, thrown) || (this === inner && hasInstance.call(outer, thrown));
        },
      });
    }
  }
}
