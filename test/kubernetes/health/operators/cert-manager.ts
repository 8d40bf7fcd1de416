import { condition, type Examples } from './examples.ts';

const of = (observedGeneration: number, ...list: object[]) => ({
  status: { conditions: list.map((each) => ({ ...each, observedGeneration })) },
});
/** The conditions of a request have no generation, because a request never changes. */
const request = (each: object) => ({ status: { conditions: [each] } });
const issued = condition('Ready', 'True', 'Ready', 'Certificate is up to date and has not expired');

export const certManager: Examples = {
  'cert-manager.io/v1 Certificate': [
    ['issued', of(2, issued), 'current', /^ready$/],
    ['issued for an earlier generation', of(1, issued), 'progressing', /not seen the change/],
    [
      'renewed while the earlier one is valid',
      of(2, issued, condition('Issuing', 'True', 'Renewing', 'Renewing certificate as renewal was scheduled')),
      'progressing',
      /Renewing certificate/,
    ],
    [
      'issued for the first time',
      of(2, condition('Ready', 'False', 'DoesNotExist', 'Issuing certificate as Secret does not exist')),
      'progressing',
      /DoesNotExist: Issuing certificate/,
    ],
    [
      'refused',
      of(
        2,
        condition('Ready', 'False', 'DoesNotExist', 'Issuing certificate as Secret does not exist'),
        condition('Issuing', 'False', 'Failed', 'The certificate request has failed to complete'),
      ),
      'failed',
      /certificate request has failed/,
    ],
  ],
  'cert-manager.io/v1 CertificateRequest': [
    ['issued', request(condition('Ready', 'True', 'Issued', 'Certificate fetched from issuer')), 'current', /ready/],
    ['pending', request(condition('Ready', 'False', 'Pending', 'Waiting on order')), 'progressing', /Waiting on order/],
    ['denied', request(condition('Denied', 'True', 'cert-manager.io', 'by policy')), 'failed', /by policy/],
    ['failed', request(condition('Ready', 'False', 'Failed', 'order is invalid')), 'failed', /order is invalid/],
  ],
  'cert-manager.io/v1 Issuer': [
    ['registered', of(2, condition('Ready', 'True', 'ACMEAccountRegistered', 'was registered')), 'current', /ready/],
    ['new', {}, 'progressing', /no controller has written its status/],
    [
      'not registered',
      of(2, condition('Ready', 'False', 'ErrRegisterACMEAccount', 'no such host')),
      'failed',
      /no such host/,
    ],
  ],
  'acme.cert-manager.io/v1 Order': [
    ['valid', { status: { state: 'valid' } }, 'current', /ready/],
    ['pending', { status: { state: 'pending' } }, 'progressing', /state is pending/],
    [
      'invalid',
      { status: { state: 'invalid', reason: 'Failed to finalize' } },
      'failed',
      /invalid: Failed to finalize/,
    ],
  ],
  'trust.cert-manager.io/v1alpha1 Bundle': [
    ['synced', of(2, condition('Synced', 'True', 'Synced', 'to all namespaces')), 'current', /ready/],
    ['new', {}, 'progressing', /status/],
    [
      'without its source',
      of(2, condition('Synced', 'False', 'SourceNotFound', 'no ConfigMap')),
      'failed',
      /no ConfigMap/,
    ],
  ],
};
