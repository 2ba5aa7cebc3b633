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
import type { Clock } from '@axion/core';
import { serve, type ServedService } from '@axion/grpc-kit';
import type { CallMeter } from './call-meter.ts';
import { assertDeleted, whileAway } from './scheduler-words.ts';

/** A little more than the executor takes for its longest answer, a delete. */
const PATIENCE_MS = 58_000;

interface Json<T> {
  fromJSON(object: unknown): T;
  toJSON(message: T): unknown;
}

/** Where a call is not simply passed on. */
interface Manners<Response> {
  readonly settle?: (answer: Response) => Response;
  readonly ask?: (look: () => Promise<unknown>) => Promise<unknown>;
}

const same = <Response>(answer: Response): Response => answer;
const once = (look: () => Promise<unknown>): Promise<unknown> => look();

/** `persys.agent.v1.AgentService`: each call is the action of the same name, its messages as proto3 JSON. */
export const agentService = (actions: Bus['actions'], clock: Clock, meter: CallMeter): ServedService => {
  const forward = <Request, Response>(method: string, verb: string, request: Json<Request>, response: Json<Response>, { settle = same, ask = once }: Manners<Response> = {}) => {
    return (message: Request): Promise<Response> =>
      meter.measure(method, async () => settle(response.fromJSON(await ask(() => actions.request('workload', verb, request.toJSON(message), { timeoutMs: PATIENCE_MS })))));
  };
  return serve(AgentServiceDefinition, {
    applyWorkload: forward('ApplyWorkload', 'apply', ApplyWorkloadRequest, ApplyWorkloadResponse),
    deleteWorkload: forward('DeleteWorkload', 'delete', DeleteWorkloadRequest, DeleteWorkloadResponse, { settle: assertDeleted }),
    getWorkloadStatus: forward('GetWorkloadStatus', 'status', GetWorkloadStatusRequest, GetWorkloadStatusResponse, { ask: (look) => whileAway(look, clock) }),
    listWorkloads: forward('ListWorkloads', 'list', ListWorkloadsRequest, ListWorkloadsResponse),
    healthCheck: forward('HealthCheck', 'health', HealthCheckRequest, HealthCheckResponse),
    listActions: forward('ListActions', 'actions', ListActionsRequest, ListActionsResponse),
  });
};
