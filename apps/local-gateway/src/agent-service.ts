import type { Bus } from '@axion/bus';
import {
  AgentServiceDefinition,
  ApplyWorkloadRequest,
  ApplyWorkloadResponse,
  DeleteWorkloadRequest,
  DeleteWorkloadResponse,
  GetWorkloadStatusRequest,
  GetWorkloadStatusResponse,
  HealthCheckRequest,
  HealthCheckResponse,
  ListActionsRequest,
  ListActionsResponse,
  ListWorkloadsRequest,
  ListWorkloadsResponse,
} from '@axion/contracts/proto/persys/agent/v1/agent_service';
import { AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import { serve, type ServedService } from '@axion/grpc-kit';
import type { CallMeter } from './call-meter.ts';
import { assertDeleted, whileAway } from './scheduler-words.ts';
import { isLost, whileItServes } from './while-it-serves.ts';

/** A little more than the executor takes for its longest answer, a delete. */
const PATIENCE_MS = 58_000;
/** A little more than it takes to tell something. Schedulers wait ten seconds. */
const TOLD_MS = 9000;
const SERVING_MS = 2000;

interface Json<T> {
  fromJSON(object: unknown): T;
  toJSON(message: T): unknown;
}

/** Where a call is not simply passed on. */
interface Manners<Response> {
  readonly settle?: (answer: Response) => Response;
  /** Whether it is asked again whenever nobody answers, and not only where the executor ended while it was at work on it. */
  readonly patient?: boolean;
  /** How it is asked again, where the executor ended while it was at work on the first. */
  readonly again?: Ask;
  readonly timeoutMs?: number;
}
type Ask = (look: () => Promise<unknown>) => Promise<unknown>;

const same = <Response>(answer: Response): Response => answer;
const asItIs: Ask = (look) => look();
/** The one that was lost may have done it. */
const orGone: Ask = (look) =>
  look().catch((error: unknown) => {
    if (error instanceof AxionError && error.code === 'NOT_FOUND') return { success: true, message: 'it is deleted' };
    throw error;
  });

/** `persys.agent.v1.AgentService`: each call is the action of the same name, its messages as proto3 JSON. */
export const agentService = (actions: Bus['actions'], clock: Clock, meter: CallMeter): ServedService => {
  const servingMs = async (): Promise<number> => (await actions.request<{ readonly serving_ms: number }>('workload', 'serving', {}, { timeoutMs: SERVING_MS })).serving_ms;
  const forward = <Request, Response>(method: string, verb: string, request: Json<Request>, response: Json<Response>, { settle = same, patient = false, again = asItIs, timeoutMs = TOLD_MS }: Manners<Response> = {}) => {
    return (message: Request): Promise<Response> =>
      meter.measure(method, async () => {
        const look = (): Promise<unknown> => whileItServes(() => actions.request('workload', verb, request.toJSON(message), { timeoutMs }), servingMs, clock);
        const firm = (): Promise<unknown> =>
          look().catch((error: unknown) => {
            // What was asked is asked again as it is: an apply joins what is under way, or is skipped.
            if (isLost(error)) return whileAway(() => again(look), clock);
            throw error;
          });
        return settle(response.fromJSON(await (patient ? whileAway(look, clock) : firm())));
      });
  };
  return serve(AgentServiceDefinition, {
    applyWorkload: forward('ApplyWorkload', 'apply', ApplyWorkloadRequest, ApplyWorkloadResponse, { timeoutMs: PATIENCE_MS }),
    deleteWorkload: forward('DeleteWorkload', 'delete', DeleteWorkloadRequest, DeleteWorkloadResponse, { settle: assertDeleted, again: orGone, timeoutMs: PATIENCE_MS }),
    getWorkloadStatus: forward('GetWorkloadStatus', 'status', GetWorkloadStatusRequest, GetWorkloadStatusResponse, { patient: true }),
    listWorkloads: forward('ListWorkloads', 'list', ListWorkloadsRequest, ListWorkloadsResponse),
    healthCheck: forward('HealthCheck', 'health', HealthCheckRequest, HealthCheckResponse),
    listActions: forward('ListActions', 'actions', ListActionsRequest, ListActionsResponse),
  });
};
