import { AxionError } from '@axion/core';
import { payloadOf } from '@axion/contracts';
import { done } from './command-handler.ts';
import type { Handler } from './command-handler.ts';

/** `SwarmInit`: this node becomes the first manager. That it manages a swarm already is what was asked for. */
export const swarmInit: Handler = async ({ engine }, run) => {
  const { advertise_addr: advertiseAddr } = payloadOf('SwarmInit', run.command);
  const { swarm } = await engine.swarm.info(run.handBack);
  if (swarm.manager) return done({ message: 'this node manages a swarm already', swarm });
  await engine.swarm.init(advertiseAddr === undefined ? {} : { advertiseAddr }, run.handBack);
  return done({ message: 'swarm initialised', swarm: (await engine.swarm.info(run.handBack)).swarm });
};

/** `SwarmJoin`: this node joins a swarm; as what, the token decides. */
export const swarmJoin: Handler = async ({ engine }, run) => {
  const { join_token: joinToken, remote_addrs: remoteAddrs, advertise_addr: advertiseAddr } = payloadOf('SwarmJoin', run.command);
  const { swarm } = await engine.swarm.info(run.handBack);
  if (swarm.state === 'active') {
    throw new AxionError('FAILED_PRECONDITION', 'this node is in a swarm already; let it leave first (SwarmLeave)', { reason: 'ALREADY_IN_A_SWARM', retryable: false });
  }
  await engine.swarm.join({ joinToken, remoteAddrs, ...(advertiseAddr === undefined ? {} : { advertiseAddr }) }, run.handBack);
  return done({ message: 'joined the swarm', swarm: (await engine.swarm.info(run.handBack)).swarm });
};

/** `SwarmLeave`: this node leaves its swarm. A manager only with `force`: the last one takes the swarm with it. */
export const swarmLeave: Handler = async ({ engine }, run) => {
  const { force } = payloadOf('SwarmLeave', run.command);
  const { swarm } = await engine.swarm.info(run.handBack);
  if (swarm.state === 'inactive') return done({ message: 'this node is in no swarm', swarm });
  if (swarm.manager && !force) {
    throw new AxionError('FAILED_PRECONDITION', `this node is one of ${swarm.managers} managers; if the swarm may lose it (the last manager takes the swarm with it), send SwarmLeave with force=true`, {
      reason: 'MANAGER_NEEDS_FORCE',
      retryable: false,
    });
  }
  await engine.swarm.leave({ force }, run.handBack);
  return done({ message: 'left the swarm', swarm: (await engine.swarm.info(run.handBack)).swarm });
};
