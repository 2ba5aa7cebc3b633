import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/** How late a request may be found to have timed out, ms. kafkajs looks ten times a second, on each connection of an idle agent. */
const LOOK_MS = 5000;
/** When a request waits for another's answer, ms; as in kafkajs. */
const PENDING_MS = 10;

/**
 * Two timers of kafkajs' connections, kept quieter. They are set in methods of a class that it does not hand out, so
 * the methods are put in the place of its own; once for the process, where the client is made.
 */
export const calmRequestQueues = (): void => {
  Object.assign(RequestQueue.prototype, { scheduleRequestTimeoutCheck, scheduleCheckPendingRequests });
};

/** Ends requests that nobody answered in time, until the connection is gone. */
function scheduleRequestTimeoutCheck(this: RequestQueue): void {
  if (!this.enforceRequestTimeout) return;
  this.destroy();
  const look = (): void => {
    const now = Date.now();
    for (const request of this.inflight.values()) if (now - request.sentAt > request.requestTimeout) request.timeoutRequest();
    if (!this.isConnected()) this.destroy();
  };
  this.requestTimeoutIntervalId = setInterval(look, Math.min(this.requestTimeout, LOOK_MS));
}

/**
 * Looks again at what waits, when the broker's pause is over. Where nothing waits there is nothing to look at: kafkajs sets
 * the timer all the same, on every response, to a delay reckoned from `throttledUntil = -1`: minus 56 years, of which Node warns.
 */
function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
  const paused = this.throttledUntil - Date.now();
  const look = (): void => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  };
  this.throttleCheckTimeoutId = setTimeout(look, paused > 0 ? paused : PENDING_MS);
}
