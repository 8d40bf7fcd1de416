import { type Cause, seconds } from './cause.ts';

/** What keeps pods from being created or placed on a node. */
export const podCauses = {
  'quota-exceeded': {
    summary: 'a ResourceQuota leaves no room for its pods',
    hint: 'Raise the quota, lower the requests, or roll out with maxSurge 0.',
    grace: seconds(30),
    lacksCapacity: true,
    when: [{ source: 'creation', message: /exceeded quota|failed quota/i }],
  },
  'limit-range': {
    summary: 'a LimitRange does not allow its pods',
    hint: "Bring the container's requests and limits within the LimitRange of the namespace.",
    grace: seconds(5),
    when: [
      {
        source: 'creation',
        message: /(maximum|minimum) (cpu|memory|\S+) (usage|limit|request)|limit to request ratio/i,
      },
    ],
  },
  'service-account-missing': {
    summary: 'its service account does not exist',
    hint: 'Create the ServiceAccount in this namespace, or correct serviceAccountName.',
    grace: seconds(10),
    when: [{ source: 'creation', message: /service ?account .*not found/i }],
  },
  'webhook-unavailable': {
    summary: 'an admission webhook does not answer',
    hint: 'Check the pods and the certificate of the webhook that the message names: no pod is created without it.',
    grace: seconds(60),
    when: [{ source: 'creation', message: /failed calling webhook|failed to call webhook/i }],
  },
  'admission-denied': {
    summary: 'a policy of the cluster refuses its pods',
    hint: 'Change the pod template as the policy asks; the message names the policy.',
    grace: seconds(5),
    when: [
      {
        source: 'creation',
        message: /denied the request|denied request|violates PodSecurity|forbidden sysctl|is forbidden/i,
      },
    ],
  },
  'pod-create-failed': {
    summary: 'its pods can not be created',
    hint: 'Read the message of the controller.',
    grace: seconds(60),
    when: [{ source: 'creation' }],
  },
  'volume-provisioning-failed': {
    summary: 'a volume of its pods can not be made',
    hint: 'Correct what the message names: the StorageClass of the claim, its provisioner, or the quota of the storage.',
    grace: seconds(60),
    when: [{ source: 'provisioning', reason: /^ProvisioningFailed$/ }],
  },
  'volume-unbound': {
    summary: 'a PersistentVolumeClaim of its pods is not bound',
    hint: 'Check the StorageClass of the claim and its provisioner; `kubectl describe pvc` tells the rest.',
    grace: seconds(60),
    when: [
      { source: 'provisioning' },
      { source: 'scheduling', message: /unbound immediate PersistentVolumeClaim|persistentvolumeclaim .*not found/i },
    ],
  },
  'scheduling-gated': {
    summary: 'its pods wait for a scheduling gate',
    hint: 'Whoever has set the gate (a queue, a quota system) takes it away when there is room.',
    grace: 'transient',
    when: [{ source: 'scheduling', reason: /^SchedulingGated$/ }],
  },
  'node-coming': {
    summary: 'the node that an autoscaler adds for its pods does not come',
    hint: 'Look at the autoscaler: its events and log tell why the node is not there yet.',
    grace: seconds(600),
    when: [{ source: 'scheduling', reason: /^(TriggeredScaleUp|Nominated)$/ }],
  },
  unschedulable: {
    summary: 'no node can take its pods',
    hint: 'Lower the requests, add nodes, or correct nodeSelector, affinity and tolerations.',
    grace: seconds(60),
    lacksCapacity: true,
    when: [{ source: 'scheduling' }],
  },
  'pod-refused': {
    summary: 'its nodes refuse its pods',
    hint: 'Take out of the pod what the node does not allow; the message names it.',
    grace: seconds(10),
    when: [{ source: 'node', reason: /Forbidden|AppArmor|NotSupported|DoesNotMatch|Unsupported/ }],
  },
  'node-lost': {
    summary: 'its node does not answer',
    hint: 'Its pods come back with the node, or on other nodes after some minutes.',
    grace: 'transient',
    when: [{ source: 'node', reason: /^(NodeNotReady|NodeLost)$/ }],
  },
  'pod-lost': {
    summary: 'a node has given up one of its pods',
    hint: 'Evicted, preempted or shut down with its node: its controller makes another one.',
    grace: 'transient',
    when: [{ source: 'node' }],
  },
} as const satisfies Readonly<Record<string, Cause>>;
