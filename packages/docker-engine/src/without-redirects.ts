import type { Agent, ClientRequest } from 'node:http';

/** What Node calls on an agent for each request; its types leave it out. */
interface Requests {
  addRequest(request: ClientRequest, options: unknown): void;
}

/**
 * An agent whose answers lead nowhere. The transport follows a redirect to whatever host it names, and a failure of that
 * second request ends the process; the Engine API has no redirects.
 */
export const withoutRedirects = <A extends Agent>(agent: A): A => {
  const requests = agent as A & Requests;
  const add = requests.addRequest.bind(agent);
  requests.addRequest = (request, options) => {
    request.prependOnceListener('response', ({ headers }) => delete headers.location);
    add(request, options);
  };
  return agent;
};
