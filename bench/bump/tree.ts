import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TreeSize {
  readonly files: number;
  /** How many files or documents contain the image. */
  readonly matches: number;
  /** The approximate size of each document. */
  readonly bytes: number;
}

export const IMAGE = 'ghcr.io/acme/shop';

/** Writes a GitOps repository of Deployments, fifty files per folder; some of them contain the image to bump. */
export function writeTree(root: string, tree: TreeSize): void {
  for (let index = 0; index < tree.files; index++) {
    const folder = join(root, 'apps', `group-${Math.floor(index / 50)}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `app-${index}.yaml`), document(index, tree));
  }
}

/** Writes the same Deployments as documents of one file. */
export function writeStream(root: string, tree: TreeSize): void {
  mkdirSync(root, { recursive: true });
  const documents = Array.from({ length: tree.files }, (_, index) => document(index, tree));
  writeFileSync(join(root, 'all.yaml'), documents.join('---\n'));
}

function document(index: number, { files, matches, bytes }: TreeSize): string {
  const every = Math.floor(files / matches);
  const hit = index % every === 0 && index / every < matches;
  return deployment(index, hit ? `${IMAGE}:1.4.1` : `ghcr.io/acme/service-${index}:2.0.${index}`, bytes);
}

const VARIABLE = '            - { name: SETTING_000, value: "a value of some length" }\n';

function deployment(index: number, image: string, bytes: number): string {
  const head = `# Service ${index}; comments and blank lines are the owner's
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${index}
  labels: { app.kubernetes.io/name: "app-${index}" }
spec:
  replicas: ${(index % 5) + 1}
  selector:
    matchLabels:
      app.kubernetes.io/name: app-${index}

  template:
    metadata:
      labels:
        app.kubernetes.io/name: app-${index}
    spec:
      containers:
        - name: app
          image: ${image}   # bumped by the pipeline
          ports: [{ containerPort: 8080 }]
          resources:
            requests: { cpu: 100m, memory: 128Mi }
          env:
            - name: LOG_LEVEL
              value: 'info'
`;
  const variables = Math.max(1, Math.floor((bytes - head.length) / VARIABLE.length));
  const names = Array.from({ length: variables }, (_, i) => VARIABLE.replace('000', String(i).padStart(3, '0')));
  return head + names.join('');
}
