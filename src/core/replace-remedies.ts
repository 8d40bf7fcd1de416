import { ActionError } from './error.ts';

/**
 * Does work of a domain. Its errors get remedies that name the action's inputs: the domain doesn't know them.
 * @param remedies by error code. An error with any other code stays as it is.
 */
export async function replaceRemedies<T>(
  remedies: Readonly<Record<string, string>>,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const remedy = thrown instanceof ActionError ? remedies[thrown.code] : undefined;
    if (!(thrown instanceof ActionError) || remedy === undefined) throw thrown;
    throw new ActionError({ code: thrown.code, message: thrown.message, remedy, cause: thrown });
  }
}
