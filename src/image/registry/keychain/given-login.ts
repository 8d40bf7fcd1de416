import type { LoginSource } from './login-source.ts';

/** The login that the user gave to the action. */
export const givenLogin: LoginSource = {
  isReadByPrograms: false,
  async find({ registry }, { login }) {
    if (!login?.registries.includes(registry)) return undefined;
    const { username, password, source = 'the given user name and password' } = login;
    return { kind: 'basic', username, password, source };
  },
};
