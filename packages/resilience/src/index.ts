export { CircuitBreaker } from './circuit-breaker.ts';
export type { BreakerState, CircuitBreakerOptions } from './circuit-breaker.ts';
export { superviseSession } from './supervise-session.ts';
export type { SuperviseSessionOptions } from './supervise-session.ts';
