import type { TaskTemplate } from '@axion/compose';
import type { Service, Task } from '@axion/docker-engine';
import { stableJson } from '../stack/stable-json.ts';

/** What makes a task of another revision: the same comparison as SwarmKit's, which leaves placement out. */
const essence = (template: Partial<TaskTemplate>): string => stableJson(Object.entries(template).filter(([key]) => key !== 'Placement' && key !== 'Runtime').sort(([a], [b]) => (a < b ? -1 : 1)));

/** Tells the tasks of a service's present spec from those of earlier ones. */
export const currentTasks = (service: Service, tasks: readonly Task[]): readonly Task[] => {
  const wanted = essence(service.spec.TaskTemplate);
  return tasks.filter((task) => task.serviceId === service.id && (service.jobIteration === undefined ? essence(task.spec) === wanted : task.jobIteration === service.jobIteration));
};
