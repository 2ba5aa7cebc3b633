import type { EventBody, EventType } from '@axion/contracts';
import type { Output } from './output.ts';

const colourOf = (type: EventType): 'red' | 'green' | 'cyan' => {
  if (type.endsWith('Failed') || type === 'ErrorReport') return 'red';
  return type.endsWith('Completed') || type === 'StatusReport' ? 'green' : 'cyan';
};

/** An event on one line: time, type, project, message. */
export const eventLine = (body: EventBody, out: Output): string => {
  const { project_id: project, message } = body.payload;
  return [
    out.style('dim', body.timestamp.slice(11, 23)),
    out.style(colourOf(body.event_type), body.event_type.padEnd(18)),
    ...(typeof project === 'string' ? [out.style('bold', project)] : []),
    ...(typeof message === 'string' ? [message] : []),
  ].join(' ');
};
