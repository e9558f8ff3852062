import { law } from '../api/law';
import type { LawInfo } from '../api/law-types';
import { useResource, type Resource } from '../api/use-resource';

/** What the node's law engine knows. */
export function useLaw(): Resource<LawInfo> {
  return useResource('law', (signal) => law.info(signal), { on: ['law'] });
}
