/** Members by score, and by name where scores are the same, as in Redis. */
export class SortedSet<Member extends string = string> {
  readonly #scores = new Map<Member, number>();

  get size(): number {
    return this.#scores.size;
  }

  has(member: Member): boolean {
    return this.#scores.has(member);
  }

  score(member: Member): number | undefined {
    return this.#scores.get(member);
  }

  set(member: Member, score: number): void {
    this.#scores.set(member, score);
  }

  /** Sets the score of a member that is not there yet. */
  add(member: Member, score: number): void {
    if (!this.#scores.has(member)) this.#scores.set(member, score);
  }

  remove(member: Member): void {
    this.#scores.delete(member);
  }

  /** The member with the lowest score, of those that are not `passed`. */
  least(passed: ReadonlySet<Member> = new Set()): { member: Member; score: number } | undefined {
    let least: { member: Member; score: number } | undefined;
    for (const [member, score] of this.#scores) {
      if (passed.has(member)) continue;
      if (!least || score < least.score || (score === least.score && member < least.member))
        least = { member, score };
    }
    return least;
  }

  /** Members in order; with `upTo`, those whose score is not higher. */
  members(upTo = Infinity): Member[] {
    return [...this.#scores]
      .filter(([, score]) => score <= upTo)
      .sort(([a, one], [b, other]) => one - other || (a < b ? -1 : 1))
      .map(([member]) => member);
  }
}
