/** Ends a scene that nobody needs more of: no fault of anybody. */
export class Enough extends Error {
  override readonly name = 'Enough';

  constructor() {
    super('no check needs more of this scene');
  }
}
