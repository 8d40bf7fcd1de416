import type { Range } from '../ranges.ts';

/** Tokens that are recognized by their form alone. Names of the issuers' documentation. */
const FORMATS: readonly string[] = [
  // GitHub, GitLab, Docker Hub
  'gh[opsur]_\\w{16,}',
  'github_pat_\\w{20,}',
  'gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[\\w-]{16,}(?:\\.[\\w-]+)*',
  'GR1348941[\\w-]{20,}',
  'dckr_(?:pat|oat)_[\\w-]{16,}',
  // AWS, Google
  '(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\\b',
  'AIza[\\w-]{35}',
  'ya29\\.[\\w.-]{20,}',
  'GOCSPX-[\\w-]{20,}',
  '1//0[\\w-]{30,}',
  // Azure AD client secrets
  '[\\w~.-]{3}[78]Q~[\\w~.-]{31,34}',
  // Slack, Stripe, SendGrid, Mailgun, Twilio, Shopify, Square
  'xox[a-z](?:\\.xox[a-z])?-[\\w-]{10,}',
  'xapp-\\d-[\\w-]{10,}',
  '[srp]k_(?:live|test)_\\w{10,}',
  'whsec_[\\w+/=]{16,}',
  'SG\\.[\\w-]{16,}\\.[\\w-]{16,}',
  '(?<!-)key-[0-9a-f]{32}\\b',
  'SK[0-9a-f]{32}\\b',
  'shp(?:at|ss|ca|pa)_[0-9a-f]{32}',
  'sq0[a-z]{3}-[\\w-]{22,}',
  // Package registries
  'npm_[A-Za-z0-9]{30,}',
  'pypi-[\\w-]{50,}',
  'rubygems_[0-9a-f]{40,}',
  'oy2[a-z0-9]{43}\\b',
  'dop_v1_[0-9a-f]{64}',
  // HashiCorp, Atlassian, Grafana, New Relic, Sentry, Databricks, Pulumi, Hugging Face, OpenAI, Anthropic, age
  'hv[sbr]\\.[\\w-]{20,}',
  '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{60,}',
  'ATATT3[\\w=-]{20,}',
  'glsa_\\w{32,}',
  'glc_[\\w+/=]{20,}',
  'NRAK-[A-Z0-9]{27}',
  'sntry[su]_[\\w+/=-]{20,}',
  'dapi[0-9a-f]{32}',
  'pul-[0-9a-f]{40}',
  'hf_[A-Za-z]{30,}',
  'sk-(?:ant-|proj-|svcacct-)[\\w-]{20,}',
  'sk-or-v1-[0-9a-f]{40,}',
  'sk-[A-Za-z0-9]{40,}',
  'gsk_\\w{40,}',
  'xai-\\w{40,}',
  'AGE-SECRET-KEY-1[0-9A-Z]{50,}',
  // Bitbucket, Artifactory, Linear, Postman, Figma, Doppler, Tailscale, Netlify, Telegram
  'ATBB[A-Za-z0-9]{28,}',
  'ATCTT3[\\w=-]{20,}',
  'AKCp[A-Za-z0-9]{60,}',
  'cmVmdGtuOjAx[A-Za-z0-9]{40,}',
  'lin_api_\\w{32,}',
  'PMAK-[0-9a-f]{24}-[0-9a-f]{34}',
  'figd_[\\w-]{32,}',
  'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{40,}',
  'tskey-[a-z]{3,12}-[\\w-]{16,}',
  'nf[pco]_[A-Za-z0-9]{36}',
  '(?:bot)?\\d{8,10}:AA[\\w-]{33}(?![\\w-])',
  // OpenShift, Amazon EKS
  'sha256~[\\w-]{40,}',
  'k8s-aws-v1\\.[\\w-]{20,}',
  // JSON Web Tokens (RFC 7519, signed or encrypted), and in Base64
  'eyJ[\\w-]{8,}\\.eyJ[\\w-]{8,}\\.[\\w-]*',
  'eyJ[\\w-]{8,}\\.[\\w-]*\\.[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]{8,}',
  'ZXlK[A-Za-z0-9+/_-]{40,}={0,2}',
];

const TOKEN = new RegExp(`(?<![A-Za-z0-9])(?:${FORMATS.join('|')})`, 'g');
/** An AWS secret key has no form of its own, but its ID is often next to it. */
const AWS_SECRET = /(?<=(?:AKIA|ASIA)[0-9A-Z]{16}\b[^\n]{0,80}?(?<![A-Za-z0-9+/]))[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g;
/** The addresses of incoming webhooks are secrets as well. */
const WEBHOOK =
  /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{10,}|(?<=\.webhook\.office\.com\/webhookb2\/)[\w/@-]{10,}|(?<=discord(?:app)?\.com\/api\/webhooks\/\d{1,30}\/)[\w-]{10,}/g;

/** Finds tokens with a known form. */
export function tokensIn(text: string): Range[] {
  return [TOKEN, WEBHOOK, ...(text.includes('IA') ? [AWS_SECRET] : [])].flatMap((pattern) =>
    [...text.matchAll(pattern)]
      // A Git commit has 40 characters as well.
      .filter(([found]) => !/^[0-9a-f]{40}$/.test(found))
      .map(({ 0: found, index }) => ({ start: index, end: index + found.length })),
  );
}
