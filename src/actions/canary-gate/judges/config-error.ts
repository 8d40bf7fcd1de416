import { ActionError } from '../../../core/error.ts';

/** The config is well-formed, but the judge can't decide on it. */
export function configError(message: string, remedy: string): ActionError {
  return new ActionError({ code: 'config-invalid', message: `${message}.`, remedy });
}
