/** Bounds of an expansion: templates come from files that nobody vouches for. */

/** Thrown inside an expansion that does too much; {@link Budget} says what for. */
export class BudgetSpent extends Error {}

/** What one expansion may still do. A step of the evaluator costs 1, eight characters made cost 1. */
export class Budget {
  /** Enough for any template of use, and less than a tenth of a second. */
  private left = 300_000;
  /** Templates that call templates. Go allows 100,000, which only an endless recursion reaches. */
  static readonly templateDepth = 300;
  /** Blocks and pipelines inside each other, over all templates; each costs some frames of the stack. */
  static readonly depth = 1000;
  /** Characters of one string. */
  private static readonly longest = 1 << 20;

  step(): void {
    this.spend(1);
  }

  /** Accounts for a string before or after it is made. */
  text(length: number): void {
    if (length > Budget.longest) throw new BudgetSpent('it makes more than a megabyte of text');
    this.spend(1 + length / 8);
  }

  private spend(cost: number): void {
    this.left -= cost;
    if (this.left < 0) throw new BudgetSpent('it does not come to an end in a reasonable time');
  }
}
