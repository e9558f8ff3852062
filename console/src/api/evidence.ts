import { ask, asking, at, call } from './client';
import type {
  BundleOrder,
  CheckFor,
  Checklist,
  Custody,
  Disposal,
  Disposed,
  EndingAct,
  Item,
  ItemLine,
  NewOffer,
  Offer,
  RecordedAct,
  UploadLine,
  VaultStatus,
  Verified,
} from './evidence-types';
import type { Page } from './types';

const checked = (item: string, path: string, language: string, wanted: CheckFor) =>
  asking(at`/evidence/${item}/admissibility` + path, { ...wanted, language });

/** Evidence, as the node keeps it in its vault. */
export const evidence = {
  list: (of: { case: string; after: string }, signal?: AbortSignal) =>
    call<Page<ItemLine>>(asking('/evidence', { ...of, limit: '50' }), { signal }),
  item: (id: string, signal?: AbortSignal) => call<Item>(at`/evidence/${id}`, { signal }),
  record: (id: string, event: { act: RecordedAct; reason: string; basis?: string; place?: string }) =>
    call<Custody>(at`/evidence/${id}/custody`, { method: 'POST', json: event }),
  verify: (id: string) => call<Verified>(at`/evidence/${id}/verify`, { method: 'POST' }),
  /** The look at the content is recorded with the reason. */
  content: (id: string, reason: string, signal?: AbortSignal) =>
    ask(asking(at`/evidence/${id}/content`, { reason }), { signal }),

  uploads: async (signal?: AbortSignal) =>
    (await call<{ uploads: UploadLine[] }>('/evidence/uploads', { signal })).uploads,
  giveUp: (item: string) => call<void>(at`/evidence/uploads/${item}`, { method: 'DELETE', tus: true }),
  sendBatch: (body: Blob) =>
    call<{ items: { id: string; name: string; sha256: string }[] }>('/evidence/batch', { method: 'POST', raw: body }),

  offers: async (signal?: AbortSignal) => (await call<{ items: Offer[] }>('/evidence/offers', { signal })).items,
  offer: (message: string, signal?: AbortSignal) => call<Offer>(at`/evidence/offers/${message}`, { signal }),
  makeOffer: (item: string, offer: NewOffer) =>
    call<Offer>(at`/evidence/${item}/offers`, { method: 'POST', json: offer }),
  accept: (message: string, into: { case: string; reason: string }) =>
    call<Offer | undefined>(at`/evidence/offers/${message}/accept`, { method: 'POST', json: into }),
  decline: (message: string, reason: string) =>
    call<Offer | undefined>(at`/evidence/offers/${message}/decline`, { method: 'POST', json: { reason } }),
  withdraw: (message: string, reason: string) =>
    call<Offer | undefined>(at`/evidence/offers/${message}/withdraw`, { method: 'POST', json: { reason } }),

  checklist: (item: string, language: string, wanted: CheckFor, signal?: AbortSignal) =>
    call<Checklist>(checked(item, '', language, wanted), { signal }),
  memo: async (item: string, language: string, wanted: CheckFor) =>
    (await ask(checked(item, '/memo.pdf', language, wanted), {})).blob(),
  bundle: (order: BundleOrder) => ask('/evidence/bundle', { method: 'POST', json: order }),

  dispose: (item: string, order: { act: EndingAct; reason: string; basis?: string }) =>
    call<Disposed>(at`/evidence/${item}/dispose`, { method: 'POST', json: order }),
  disposal: (item: string, signal?: AbortSignal) => call<Disposal>(at`/evidence/${item}/disposal`, { signal }),

  vault: (signal?: AbortSignal) => call<VaultStatus>('/evidence/vault', { signal }),
  beginEpoch: (end_retired: boolean) =>
    call<{ begun: number | null; resealed: number; ended: number[]; warning?: string | null }>(
      '/evidence/vault/epoch',
      { method: 'POST', json: { end_retired } },
    ),
  scrub: () => call<void>('/evidence/vault/scrub', { method: 'POST' }),
};
