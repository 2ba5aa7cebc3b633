import { payloadOf } from '@axion/contracts';
import { allStatuses, projectStatus } from '../status/project-status.ts';
import { counted } from '../deployment/payloads.ts';
import { done } from './command-handler.ts';
import type { Handler } from './command-handler.ts';

/** `GetStatus`: how one project stands, or every one. */
export const getStatus: Handler = async (workshop, run) => {
  const { project_id: projectId } = payloadOf('GetStatus', run.command);
  if (projectId !== undefined) return done({ ...(await projectStatus(workshop, projectId, run.handBack)) });
  const projects = await allStatuses(workshop, run.handBack);
  return done({ message: counted(projects.length, 'project', 'projects'), projects });
};
