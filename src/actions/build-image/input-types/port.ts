import { type InputType, InvalidInput } from '../../../core/input-types.ts';

/** `8080` → `8080/tcp`. */
export const port: InputType<string> = {
  expects: 'a port such as 8080 or 53/udp',
  parse(text) {
    const [, number, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
    if (number === undefined || Number(number) < 1 || Number(number) > 65_535) throw new InvalidInput('');
    return `${Number(number)}/${protocol}`;
  },
};
