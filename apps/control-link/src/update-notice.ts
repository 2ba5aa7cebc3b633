import type { Logger } from '@axion/service-kit';

/** Says once of each newer release that it is there; fetching it is the updater's job. */
export class UpdateNotice {
  readonly #log: Logger;
  #told: string | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  see(version: string): void {
    if (version === this.#told) return;
    this.#told = version;
    this.#log.info({ available: version }, 'the control plane offers another release of the agent');
  }
}
