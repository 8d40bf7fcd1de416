import { readCommand } from './commands.ts';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

const SYMBOLS = { error: '✗', warning: '!', notice: 'i' } as const;

/** The log of a step as GitHub shows it. */
export class LogView {
  readonly lines: string[] = [];
  readonly annotations: Annotation[] = [];
  readonly #masks: string[] = [];
  readonly #onLine: ((line: string) => void) | undefined;

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine;
  }

  show(line: string): void {
    const command = readCommand(line);
    switch (command?.name) {
      case undefined:
        this.#write(line);
        break;
      case 'add-mask':
        this.#masks.push(command.message);
        break;
      case 'group':
        this.#write(`▸ ${command.message}`);
        break;
      case 'error':
      case 'warning':
      case 'notice':
        this.#annotate(command.name, command.properties['title'] ?? '', command.message);
    }
  }

  #annotate(level: Annotation['level'], title: string, message: string): void {
    this.annotations.push({ level, title, message: this.#masked(message) });
    this.#write(`${SYMBOLS[level]} ${title}: ${message}`);
  }

  #write(text: string): void {
    for (const line of this.#masked(text).split('\n')) {
      this.lines.push(line);
      this.#onLine?.(line);
    }
  }

  #masked(text: string): string {
    return this.#masks.reduce((clean, mask) => (mask === '' ? clean : clean.replaceAll(mask, '***')), text);
  }
}
