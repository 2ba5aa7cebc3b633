import { silentTracer } from './silent-tracer.ts';
import type { Tracer } from './tracer.ts';
import type { TracerOptions } from './tracer-options.ts';

/** The tracer of a component. Without an endpoint it traces nothing, and the libraries that would are not even loaded. */
export const openTracer = async (options: Omit<TracerOptions, 'endpoint'> & { readonly endpoint: string | undefined }): Promise<Tracer> => {
  const { endpoint } = options;
  if (endpoint === undefined || endpoint === '') return silentTracer;
  const { otlpTracer } = await import('./otlp-tracer.ts');
  return otlpTracer({ ...options, endpoint });
};
