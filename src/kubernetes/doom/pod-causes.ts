import { type Cause, s } from './cause.ts';

/** What keeps pods from being created or placed on a node. */
export const podCauses = {
  'quota-exceeded': {
    says: 'a ResourceQuota leaves no room for its pods',
    hint: 'Raise the quota, lower the requests, or roll out with maxSurge 0.',
    grace: s(30),
    when: [{ source: 'creation', message: /exceeded quota|failed quota/i }],
  },
  'limit-range': {
    says: 'a LimitRange does not allow its pods',
    hint: "Bring the container's requests and limits within the LimitRange of the namespace.",
    grace: s(5),
    when: [
      {
        source: 'creation',
        message: /(maximum|minimum) (cpu|memory|\S+) (usage|limit|request)|limit to request ratio/i,
      },
    ],
  },
  'service-account-missing': {
    says: 'its service account does not exist',
    hint: 'Create the ServiceAccount in this namespace, or correct serviceAccountName.',
    grace: s(10),
    when: [{ source: 'creation', message: /service ?account .*not found/i }],
  },
  'webhook-unavailable': {
    says: 'an admission webhook does not answer',
    hint: 'Check the pods and the certificate of the webhook that the message names: no pod is created without it.',
    grace: s(60),
    when: [{ source: 'creation', message: /failed calling webhook|failed to call webhook/i }],
  },
  'admission-denied': {
    says: 'a policy of the cluster refuses its pods',
    hint: 'Change the pod template as the policy asks; the message names the policy.',
    grace: s(5),
    when: [
      {
        source: 'creation',
        message: /denied the request|denied request|violates PodSecurity|forbidden sysctl|is forbidden/i,
      },
    ],
  },
  'pod-create-failed': {
    says: 'its pods can not be created',
    hint: 'Read the message of the controller.',
    grace: s(60),
    when: [{ source: 'creation' }],
  },
  'volume-unbound': {
    says: 'a PersistentVolumeClaim of its pods is not bound',
    hint: 'Check the StorageClass of the claim and its provisioner; `kubectl describe pvc` tells the rest.',
    grace: s(60),
    when: [
      { source: 'scheduling', message: /unbound immediate PersistentVolumeClaim|persistentvolumeclaim .*not found/i },
    ],
  },
  unschedulable: {
    says: 'no node can take its pods',
    hint: 'Lower the requests, add nodes, or correct nodeSelector, affinity and tolerations.',
    grace: s(60),
    when: [{ source: 'scheduling' }],
  },
} as const satisfies Readonly<Record<string, Cause>>;
