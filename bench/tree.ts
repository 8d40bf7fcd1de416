import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Tree {
  readonly files: number;
  /** Files that hold the image. */
  readonly matches: number;
}

export const IMAGE = 'ghcr.io/acme/shop';

/** Writes a GitOps repository of Deployments: so many files over folders of fifty, some of them with the image that is bumped. */
export function writeTree(root: string, { files, matches }: Tree): void {
  const every = Math.floor(files / matches);
  for (let index = 0; index < files; index++) {
    const folder = join(root, 'apps', `group-${Math.floor(index / 50)}`);
    mkdirSync(folder, { recursive: true });
    const hit = index % every === 0 && index / every < matches;
    writeFileSync(
      join(folder, `app-${index}.yaml`),
      deployment(index, hit ? `${IMAGE}:1.4.1` : `ghcr.io/acme/service-${index}:2.0.${index}`),
    );
  }
}

function deployment(index: number, image: string): string {
  return `# Service ${index}; comments and blank lines are the owner's
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
          env:
            - name: LOG_LEVEL
              value: 'info'
            - { name: REGION, value: "eu-${index % 3}" }
          resources:
            requests: { cpu: 100m, memory: 128Mi }
---
apiVersion: v1
kind: Service
metadata:
  name: app-${index}
spec:
  selector: { app.kubernetes.io/name: app-${index} }
  ports:
    - port: 80
      targetPort: 8080
`;
}
