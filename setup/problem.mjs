/** Something that only the person at the keyboard can put right, and how. Printed without a stack. */
export class SetupProblem extends Error {
  name = 'SetupProblem';

  /**
   * @param {string} message what is wrong
   * @param {string[]} hints what to do, a line each
   */
  constructor(message, hints = []) {
    super(message);
    this.hints = hints;
  }
}
