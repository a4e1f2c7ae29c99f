/** A failure that has been reported. It is thrown so that whatever waits for the resource stops too. */
export class StepFailed extends Error {
  override name = "StepFailed";
  /** The message for the program. The reference in it identifies the failure where only text passes, as in the SDK. */
  readonly details: string;

  constructor(message: string, reference: string) {
    super(message);
    this.details = message + reference;
  }
}
