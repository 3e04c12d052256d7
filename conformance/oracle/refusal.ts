/** The oracle refuses with the registered code and the place, never with a text to be matched. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly field: string;

  constructor(code: string, field: string, message: string) {
    super(`${code} at ${field}: ${message}`);
    this.code = code;
    this.field = field;
  }
}
