import { AxionError } from '@axion/core';
import type { Labels } from '@axion/compose';
import type { EngineCalls } from './engine-calls.ts';
import { checkedImage } from './image-reference.ts';
import { linesOf } from './lines.ts';

/** An image on the engine. */
export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  readonly labels: Labels;
  /** When it was built, milliseconds since 1970. */
  readonly createdAt: number;
}

interface ListAnswer {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Size: number;
  readonly Created: number;
  readonly Labels?: Labels | null;
}

interface InspectAnswer extends Omit<ListAnswer, 'Created' | 'Labels'> {
  readonly Created?: string;
  readonly Config?: { readonly Labels?: Labels | null };
}

const tags = (given: readonly string[] | null | undefined): readonly string[] => (given ?? []).filter((tag) => tag !== '<none>:<none>');
const digests = (given: readonly string[] | null | undefined): readonly string[] => (given ?? []).filter((digest) => digest !== '<none>@<none>');

/** A pull that says nothing for so long is given up: the registry hangs. */
const SILENCE_MS = 120_000;

/** Every reference is checked first: `INVALID_ARGUMENT`, `INVALID_IMAGE`. */
export interface Images {
  list(signal?: AbortSignal): Promise<readonly Image[]>;
  /** `undefined`: it is not on the engine. */
  find(reference: string, signal?: AbortSignal): Promise<Image | undefined>;
  /** Fetches it from its registry. The errors are those of `engineError`, in the registry's words. */
  pull(reference: string, registryAuth: string | undefined, signal: AbortSignal): Promise<void>;
  /** Takes a name away, and the image with its last. `FAILED_PRECONDITION` while a container needs it. That it is gone is no error. */
  remove(reference: string, signal?: AbortSignal): Promise<void>;
}

/** Without a tag the engine would fetch every tag there is. */
const withTag = (reference: string): string => (reference.includes('@') || /:[^/]*$/.test(reference) ? reference : `${reference}:latest`);

export const images = (calls: EngineCalls): Images => ({
  list: async (signal) =>
    (await calls.call<ListAnswer[]>({ what: 'list the images', operation: 'image_list', method: 'GET', path: '/images/json' }, signal)).map((answer) => ({
      id: answer.Id,
      tags: tags(answer.RepoTags),
      digests: digests(answer.RepoDigests),
      sizeBytes: answer.Size,
      labels: answer.Labels ?? {},
      createdAt: answer.Created * 1000,
    })),
  find: async (reference, signal) => {
    try {
      const answer = await calls.call<InspectAnswer>({ what: `inspect image ${reference}`, operation: 'image_inspect', method: 'GET', path: `/images/${checkedImage(reference)}/json` }, signal);
      return {
        id: answer.Id,
        tags: tags(answer.RepoTags),
        digests: digests(answer.RepoDigests),
        sizeBytes: answer.Size,
        labels: answer.Config?.Labels ?? {},
        createdAt: Date.parse(answer.Created ?? '') || 0,
      };
    } catch (error) {
      if (error instanceof AxionError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  },
  pull: async (reference, registryAuth, signal) => {
    const image = withTag(checkedImage(reference));
    const what = `pull image ${reference}`;
    const silent = new AbortController();
    const give = (): void => silent.abort(new AxionError('DEADLINE_EXCEEDED', `cannot ${what}: its registry said nothing for ${SILENCE_MS / 1000} s`, { reason: 'REGISTRY_UNREACHABLE' }));
    let timer = setTimeout(give, SILENCE_MS);
    const call = { what, operation: 'image_pull', method: 'POST', path: '/images/create', query: { fromImage: image }, deadlineMs: SILENCE_MS, ...(registryAuth === undefined ? {} : { registryAuth }) } as const;
    try {
      const progress = await calls.stream(call, AbortSignal.any([signal, silent.signal]));
      for await (const line of linesOf(progress)) {
        clearTimeout(timer);
        timer = setTimeout(give, SILENCE_MS);
        const { error } = JSON.parse(line) as { readonly error?: string };
        // The answer begins with 200 before anything is fetched; what goes wrong is told in the stream.
        if (error !== undefined) throw calls.refusal(what, error);
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (silent.signal.aborted) throw silent.signal.reason;
      throw error instanceof AxionError ? error : calls.broken(what, error);
    } finally {
      clearTimeout(timer);
    }
    signal.throwIfAborted();
  },
  remove: async (reference, signal) => calls.forget({ what: `remove image ${reference}`, operation: 'image_remove', method: 'DELETE', path: `/images/${checkedImage(reference)}` }, signal),
});
