import { BlockList, isIP } from 'node:net';
import { httpUrl } from '../../http/url.ts';
import type { Endpoint } from './endpoint.ts';
import { RegistryError } from './error.ts';
import { isLoopback, isNamed } from './host.ts';

/**
 * Where a registry may lead us. It names its token server (`realm`), the place of an upload (`Location`) and the storage of a blob
 * (redirects), and whoever controls the registry, or its plain HTTP, chooses these places. They are judged here, and nowhere else.
 */

/** The server that exchanges the login for tokens. @throws RegistryError `registry-refused` if the login may not go there. */
export function tokenServer(realm: string, endpoint: Endpoint): URL {
  const { registry } = endpoint;
  const url = httpUrl(realm);
  // A user name in front of the host only serves to pass for another host.
  if (url === undefined || url.username !== '' || url.password !== '')
    throw new RegistryError({
      code: 'registry-refused',
      message: `The registry ${registry} names a token server whose address can't be used: "${shown(realm)}".`,
      remedy:
        'Its address (`realm`) must be a whole http or https URL without a user name: correct it in the settings of the registry, or of the proxy in front of it.',
      facts: { registry },
    });
  const objection = objectionTo(url, endpoint);
  if (objection === undefined) return url;
  throw new RegistryError({
    code: 'registry-refused',
    message: `The registry ${registry} names the token server ${url.origin}, which ${objection.problem}.`,
    remedy:
      'No login is sent there: correct the address of the token server (`realm`) in the settings of the registry.',
    facts: { registry, ...objection.facts },
  });
}

/** The place of an upload. @param from the URL of the response that names it @throws RegistryError `registry-refused` */
export function uploadLocation(location: string, from: URL, endpoint: Endpoint): URL {
  const { registry } = endpoint;
  const named = httpUrl(location, from);
  if (named === undefined)
    throw new RegistryError({
      code: 'registry-refused',
      message: `${from.host} opened an upload at a place that can't be used: "${shown(location)}".`,
      remedy:
        'Its header Location must be an http or https URL, or a path: check that the address is a registry, and any proxy in front of it.',
      facts: { registry },
    });
  const url = withOwnScheme(named, endpoint);
  url.hash = '';
  const objection = objectionTo(url, endpoint);
  if (objection === undefined) return url;
  throw new RegistryError({
    code: 'registry-refused',
    message: `The registry ${registry} sends an upload to ${url.origin}, which ${objection.problem}.`,
    remedy: 'No image is sent there: correct the address of the storage in the settings of the registry.',
    facts: { registry, ...objection.facts },
  });
}

/** Whether a redirect of the registry, or of its storage, may be followed. */
export function mayFollow(url: URL, endpoint: Endpoint): boolean {
  return objectionTo(url, endpoint) === undefined;
}

/** A registry behind a proxy that terminates TLS may give http URLs of itself: they are changed to https. */
function withOwnScheme(url: URL, endpoint: Endpoint): URL {
  const own = new URL(endpoint.origin);
  return url.hostname === own.hostname && url.protocol === 'http:' && own.protocol === 'https:'
    ? new URL(url.pathname + url.search, own)
    : url;
}

interface Objection {
  /** Completes "…, which …". */
  readonly problem: string;
  readonly facts: { readonly otherHost?: string };
}

function objectionTo(url: URL, { origin, insecure }: Endpoint): Objection | undefined {
  const own = new URL(origin);
  const hasTls = url.protocol === 'https:';
  if (url.hostname === own.hostname && (hasTls || own.protocol === 'http:')) return undefined;
  if (isMetadataService(url.hostname))
    return { problem: "is where a cloud keeps the machine's own credentials", facts: {} };
  // A service of this machine trusts whoever reaches it; a registry elsewhere has no business there.
  if (isThisMachine(url.hostname) && !isThisMachine(own.hostname)) return { problem: 'is this machine', facts: {} };
  if (hasTls) return undefined;
  const isTrusted = (isLoopback(url.host) && isLoopback(own.host)) || isNamed(url.host, insecure);
  if (own.protocol === 'http:' && isTrusted) return undefined;
  const problem = 'does not speak TLS';
  return own.protocol === 'http:' ? { problem, facts: { otherHost: url.host } } : { problem, facts: {} };
}

const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4');
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6');
// The metadata services of Amazon over IPv6 and over NAT64, of Alibaba, of Azure and of Oracle.
LINK_LOCAL.addAddress('fd00:ec2::254', 'ipv6');
LINK_LOCAL.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
LINK_LOCAL.addAddress('100.100.100.200', 'ipv4');
LINK_LOCAL.addAddress('168.63.129.16', 'ipv4');
LINK_LOCAL.addAddress('192.0.0.192', 'ipv4');

/** Whether a host gives credentials of this machine to whoever asks from it. */
function isMetadataService(hostname: string): boolean {
  return (
    isAmong(LINK_LOCAL, hostname) ??
    /^(?:metadata|metadata\.google\.internal|instance-data(?:\.ec2\.internal)?)\.?$/.test(hostname)
  );
}

const THIS_MACHINE = new BlockList();
THIS_MACHINE.addSubnet('127.0.0.0', 8, 'ipv4');
// The address of no machine leads to this one.
THIS_MACHINE.addSubnet('0.0.0.0', 8, 'ipv4');
THIS_MACHINE.addSubnet('::', 127, 'ipv6');

/** Whether a host is this machine, also in spellings that are not trusted as its own. */
function isThisMachine(hostname: string): boolean {
  return (
    isAmong(THIS_MACHINE, hostname) ??
    /^(?:.*\.)?(?:localhost|localhost\.localdomain|ip6-(?:localhost|loopback))\.?$/.test(hostname)
  );
}

/** @returns `undefined` if the host is a name */
function isAmong(list: BlockList, hostname: string): boolean | undefined {
  const address = hostname.replace(/^\[|\]$/g, '');
  const version = isIP(address);
  return version === 0 ? undefined : list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** Text of a header for a message, without a password. */
function shown(text: string): string {
  const short = text.length > 200 ? `${text.slice(0, 200)} …` : text;
  return short.replace(/\/\/[^/\s]*@/, '//***@');
}
