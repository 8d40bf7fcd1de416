import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Environment variable that marks the processes of a harness. Its value is the harness's folder. */
export const harnessVariable = 'E2E_HARNESS';

/** File in a harness's folder that lists the network interfaces created for it, one per line. */
export const interfacesFile = 'interfaces';

/** The control group of a harness's pods. */
export function podGroup(harnessFolder: string): string {
  return `/${basename(harnessFolder)}`;
}

/** Removes everything that a harness has left behind: processes, mounts, network interfaces, control groups, files. */
export async function cleanUp(folder: string): Promise<void> {
  await killProcesses(folder);
  unmount(folder);
  removeInterfaces(folder);
  await removeControlGroups(podGroup(folder));
  removeContainerLogLinks(folder);
  removeShimSockets(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function killProcesses(folder: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (let left = processesOf(folder); left.length > 0; left = processesOf(folder)) {
    if (Date.now() > deadline) throw new Error(`processes ${left.join(', ')} can't be killed`);
    for (const pid of left) kill(pid);
    await delay(50);
  }
}

/** The processes that carry the harness's variable, and their descendants (containers don't inherit the variable). */
function processesOf(folder: string): number[] {
  const mark = `${harnessVariable}=${folder}\0`;
  const found = new Set<number>();
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const status = read(`/proc/${pid}/stat`);
    // A zombie is already dead. Only its parent can remove it.
    const [, state, parent] = /\) (\S) (\d+)/.exec(status.slice(status.lastIndexOf(')'))) ?? [];
    if (state === undefined || state === 'Z') continue;
    children.set(Number(parent), [...(children.get(Number(parent)) ?? []), pid]);
    if (read(`/proc/${pid}/environ`).includes(mark)) found.add(pid);
  }
  for (const pid of found) for (const child of children.get(pid) ?? []) found.add(child);
  found.delete(process.pid);
  return [...found];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

function unmount(folder: string): void {
  const mounts = read('/proc/self/mounts')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((target) => target.startsWith(`${folder}/`));
  for (const target of mounts.reverse()) execFileSync('umount', ['--lazy', target]);
}

function removeInterfaces(folder: string): void {
  for (const name of read(join(folder, interfacesFile)).split('\n')) {
    if (name !== '' && existsSync(`/sys/class/net/${name}`)) execFileSync('ip', ['link', 'delete', name]);
  }
}

async function removeControlGroups(group: string): Promise<void> {
  const root = '/sys/fs/cgroup';
  const roots = existsSync(join(root, 'cgroup.controllers'))
    ? [root]
    : readdirSync(root).map((name) => join(root, name));
  for (const top of roots.map((folder) => join(folder, group)).filter((folder) => existsSync(folder))) {
    const folders = readdirSync(top, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
    const paths = folders.map((entry) => join(entry.parentPath, entry.name));
    for (const path of [top, ...paths].sort().reverse()) await removeControlGroup(path);
  }
}

/** Retries, because a killed process leaves its group only after the kernel has removed it. */
async function removeControlGroup(path: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return rmdirSync(path);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(50);
    }
  }
}

/** The kubelet always links the logs of containers in this folder, whatever its own folders are. */
function removeContainerLogLinks(folder: string): void {
  const links = '/var/log/containers';
  if (!existsSync(links)) return;
  for (const name of readdirSync(links)) {
    const link = join(links, name);
    if (readlinkSync(link).startsWith(`${folder}/`)) rmSync(link);
  }
}

/** containerd puts the sockets of its shims outside its own folders. A file in each container's folder names the socket. */
function removeShimSockets(folder: string): void {
  for (const file of globSync(join(folder, 'containerd-*/state/io.containerd.runtime.v2.task/*/*/address'))) {
    rmSync(read(file).replace('unix://', ''), { force: true });
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
