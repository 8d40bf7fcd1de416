import { type EvidenceCause, seconds } from './cause.ts';

/** Why pods can't be created or placed on a node. */
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
    when: [{ source: 'creation', message: /service ?account .{0,500}not found/i }],
  },
  'webhook-unavailable': {
    summary: 'an admission webhook does not answer',
    hint: 'Check the pods and the certificate of the webhook in the message. No pod can be created until it answers.',
    grace: seconds(60),
    when: [{ source: 'creation', message: /failed calling webhook|failed to call webhook/i }],
  },
  'admission-denied': {
    summary: 'a policy of the cluster rejects its pods',
    hint: 'Change the pod template as the policy in the message requires.',
    grace: seconds(5),
    when: [
      {
        source: 'creation',
        message: /denied the request|denied request|violates PodSecurity|forbidden sysctl|is forbidden/i,
      },
    ],
  },
  'pod-create-failed': {
    summary: "its pods can't be created",
    hint: "Read the controller's message.",
    grace: seconds(60),
    when: [{ source: 'creation' }],
  },
  'volume-provisioning-failed': {
    summary: "a volume of its pods can't be provisioned",
    hint: 'Correct what the message names: the StorageClass of the claim, its provisioner, or the storage quota.',
    grace: seconds(60),
    when: [{ source: 'provisioning', reason: /^ProvisioningFailed$/ }],
  },
  'volume-unbound': {
    summary: 'a PersistentVolumeClaim of its pods is not bound',
    hint: 'Check the StorageClass of the claim and its provisioner. `kubectl describe pvc` shows the details.',
    grace: seconds(60),
    when: [
      { source: 'provisioning' },
      {
        source: 'scheduling',
        message: /unbound immediate PersistentVolumeClaim|persistentvolumeclaim .{0,500}not found/i,
      },
    ],
  },
  'scheduling-gated': {
    summary: 'its pods wait for a scheduling gate',
    hint: 'The system that set the gate (a queue or a quota system) removes it once there is capacity.',
    grace: 'transient',
    when: [{ source: 'scheduling', reason: /^SchedulingGated$/ }],
  },
  'node-coming': {
    summary: "the autoscaler hasn't added a node for its pods",
    hint: "Read the autoscaler's events and log to see why the node is missing.",
    grace: seconds(600),
    when: [{ source: 'scheduling', reason: /^(TriggeredScaleUp|Nominated)$/ }],
  },
  preempting: {
    summary: 'its pods wait until pods of lower priority have left their node',
    hint: 'The pods that leave may take as long as their terminationGracePeriodSeconds.',
    grace: 'transient',
    when: [{ source: 'scheduling', reason: /^Preempting$/ }],
  },
  unschedulable: {
    summary: 'no node can run its pods',
    hint: 'Lower the requests, add nodes, or correct nodeSelector, affinity and tolerations.',
    grace: seconds(60),
    lacksCapacity: true,
    when: [{ source: 'scheduling' }],
  },
  'pod-refused': {
    summary: 'its nodes reject its pods',
    hint: 'Remove from the pod the setting in the message, which the node does not allow.',
    grace: seconds(10),
    when: [{ source: 'node', reason: /Forbidden|AppArmor|NotSupported|DoesNotMatch|Unsupported/ }],
  },
  'node-lost': {
    summary: 'its node does not respond',
    hint: 'Its pods return with the node, or start on other nodes after a few minutes.',
    grace: 'transient',
    when: [{ source: 'node', reason: /^(NodeNotReady|NodeLost)$/ }],
  },
  'pod-lost': {
    summary: 'one of its pods was evicted, preempted or shut down with its node',
    hint: 'The controller replaces the pod.',
    grace: 'transient',
    when: [{ source: 'node' }],
  },
} as const satisfies Readonly<Record<string, EvidenceCause>>;
