/** Which head of the branch may be merged: any, only the one that a person approved, or none, because nobody approved one. */
export type HeadApproval =
  | { readonly kind: 'not-required' }
  | { readonly kind: 'approved'; readonly head: string }
  | { readonly kind: 'missing' };

/** The commits that may be merged: the one that a person approved, and those that this run builds from it for a newer base. */
export class ApprovedHeads {
  /** The commit that the person approved. */
  readonly approved: string;
  readonly #heads: Set<string>;

  constructor(approved: string) {
    this.approved = approved;
    this.#heads = new Set([approved]);
  }

  includes(head: string): boolean {
    return this.#heads.has(head);
  }

  /** Adds a commit that this run made in place of an approved one. */
  add(head: string): void {
    this.#heads.add(head);
  }
}
