/** Whose spans they are and where they go. */
export interface TracerOptions {
  /** `[tracing].otlp_endpoint`: the collector's base URL, or its `/v1/traces`. */
  readonly endpoint: string;
  readonly component: string;
  readonly instance: string;
  readonly version: string;
  readonly agentId?: string;
}
