import type { SwarmNode } from '@axion/docker-engine';

const CONSTRAINT = /^\s*([\w.-]+)\s*(==|!=)\s*(.*?)\s*$/;

/** What a constraint's key stands for on a node. Source: SwarmKit, `manager/constraint`. */
const valueOf = (node: SwarmNode, key: string): string | undefined => {
  if (key.startsWith('node.labels.')) return node.labels[key.slice('node.labels.'.length)] ?? '';
  if (key.startsWith('engine.labels.')) return node.engineLabels[key.slice('engine.labels.'.length)] ?? '';
  const values: Readonly<Record<string, string>> = {
    'node.id': node.id,
    'node.hostname': node.hostname,
    'node.ip': node.address,
    'node.role': node.role,
    'node.platform.os': node.os,
    'node.platform.arch': node.architecture,
  };
  return values[key];
};

/** Whether a node meets a constraint; one that cannot be read is left to Swarm to judge. */
const meets = (node: SwarmNode, constraint: string): boolean => {
  const [, key, operator, wanted] = CONSTRAINT.exec(constraint) ?? [];
  if (key === undefined || wanted === undefined) return true;
  const value = valueOf(node, key.toLowerCase().startsWith('node.labels.') || key.toLowerCase().startsWith('engine.labels.') ? key : key.toLowerCase());
  if (value === undefined) return true;
  return (value.toLowerCase() === wanted.toLowerCase()) === (operator === '==');
};

const takesTasks = (node: SwarmNode): boolean => node.state === 'ready' && node.availability === 'active';

/** The nodes that may run a service with these constraints. */
export const eligibleNodes = (nodes: readonly SwarmNode[], constraints: readonly string[]): readonly SwarmNode[] =>
  nodes.filter((node) => takesTasks(node) && constraints.every((constraint) => meets(node, constraint)));

/** Whether no node takes tasks with these constraints now, but one that is asked to is on its way back, as after a start of its machine. */
export const nodeIsComing = (nodes: readonly SwarmNode[], constraints: readonly string[]): boolean => {
  const fitting = nodes.filter((node) => constraints.every((constraint) => meets(node, constraint)));
  return !fitting.some(takesTasks) && fitting.some((node) => node.availability === 'active');
};

/** The constraints that no node meets; when each is met somewhere but never all on one node, all of them. */
export const unmetConstraints = (nodes: readonly SwarmNode[], constraints: readonly string[]): readonly string[] => {
  if (eligibleNodes(nodes, constraints).length > 0) return [];
  const alone = constraints.filter((constraint) => eligibleNodes(nodes, [constraint]).length === 0);
  return alone.length > 0 ? alone : constraints;
};
