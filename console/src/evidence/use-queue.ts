import { useCallback, useEffect, useRef, useState } from 'react';
import { evidence } from '../api/evidence';
import type { Description } from '../api/evidence-types';
import { asProblem, localProblem } from '../api/problem';
import type { Problem } from '../api/types';
import { batchBody, batches, isBatch, SMALL } from './batch';
import { nameOfFile, type Named } from './description';
import { hashAside } from './hash-aside';
import { forget, remember } from './resume';
import { send, type Sending } from './upload';

export type Step = 'waiting' | 'hashing' | 'hashed' | 'sending' | 'paused' | 'comparing' | 'done' | 'failed';

/** A file that was chosen, and how far it is. */
export interface Chosen {
  key: number;
  file: File;
  name: string;
  step: Step;
  /** Bytes that were hashed or sent in this step, and how many came in a second. */
  done: number;
  speed: number;
  sha256: string | null;
  item: string | null;
  /** SHA-256 in the manifest of what the vault received. */
  received: string | null;
  problem: Problem | null;
}

export interface Queue {
  files: Chosen[];
  add: (files: Iterable<File>) => void;
  remove: (key: number) => void;
  clear: () => void;
  pause: (key: number) => void;
  resume: (key: number) => void;
  /** Sends all that is hashed: small files together, the others one after the other. */
  sendAll: (describe: (file: Named) => Description) => Promise<void>;
  /** Goes on with an unfinished upload. */
  goOn: (key: number, item: string) => Promise<void>;
}

const fresh = (file: File, key: number): Chosen => ({
  key,
  file,
  name: nameOfFile(file),
  step: 'waiting',
  done: 0,
  speed: 0,
  sha256: null,
  item: null,
  received: null,
  problem: null,
});

/** The files of an intake: hashed one after the other as they are chosen, and sent when the officer says so. */
export function useQueue(): Queue {
  const [files, setFiles] = useState<Chosen[]>([]);
  const latest = useRef(files);
  latest.current = files;
  const lastKey = useRef(0);
  const hashing = useRef(Promise.resolve());
  const given = useRef(new AbortController());
  const sending = useRef(new Map<number, Sending>());

  const change = useCallback((key: number, part: Partial<Chosen>) => {
    setFiles((old) => old.map((chosen) => (chosen.key === key ? { ...chosen, ...part } : chosen)));
  }, []);

  useEffect(() => {
    given.current = new AbortController();
    const running = sending.current;
    return () => {
      given.current.abort();
      running.forEach((upload) => upload.pause());
    };
  }, []);

  const hash = async ({ key, file }: Chosen) => {
    if (!latest.current.some((chosen) => chosen.key === key) || given.current.signal.aborted) return;
    const began = performance.now();
    change(key, { step: 'hashing' });
    const told = (done: number) => change(key, { done, speed: speedOf(done, began) });
    try {
      const sha256 = await hashAside(file, told, given.current.signal);
      change(key, { step: 'hashed', sha256, done: file.size, speed: speedOf(file.size, began) });
    } catch (thrown) {
      if (!given.current.signal.aborted) change(key, { step: 'failed', problem: asProblem(thrown) });
    }
  };

  const add = (chosen: Iterable<File>) => {
    const added = [...chosen].map((file) => fresh(file, ++lastKey.current));
    latest.current = [...latest.current, ...added];
    setFiles((old) => [...old, ...added]);
    for (const file of added) hashing.current = hashing.current.then(() => hash(file));
  };

  /** The vault's own hash of what it received, beside ours. */
  const compare = async (key: number, item: string) => {
    change(key, { step: 'comparing', item });
    const { manifest } = await evidence.item(item);
    forget(item);
    change(key, { step: 'done', received: manifest?.sha256 ?? null });
  };

  const compareOrTell = (key: number, item: string) =>
    compare(key, item).catch((thrown: unknown) => change(key, { step: 'failed', problem: asProblem(thrown) }));

  const upload = ({ key, file, sha256 }: Chosen, of: { description: Description } | { item: string }) =>
    new Promise<void>((resolve) => {
      const began = performance.now();
      let first: number | null = null;
      change(key, { step: 'sending', done: 0, speed: 0, problem: null });
      const running = send(file, of, {
        progress: (done) => {
          first ??= done;
          change(key, { done, speed: speedOf(done - first, began) });
        },
        begun: (item) => {
          if (sha256 !== null) remember(item, sha256);
          change(key, { item });
        },
        done: (item) => {
          sending.current.delete(key);
          void compareOrTell(key, item).then(resolve);
        },
        failed: ({ problem }) => {
          change(key, { step: 'failed', problem });
          resolve();
        },
      });
      sending.current.set(key, running);
    });

  const sendSmall = async (small: { chosen: Chosen; description: Description }[]) => {
    const keys = small.map(({ chosen }) => chosen.key);
    keys.forEach((key) => change(key, { step: 'sending', problem: null }));
    try {
      const body = batchBody(small.map(({ chosen, description }) => ({ file: chosen.file, description })));
      const { items } = await evidence.sendBatch(body);
      if (items.length !== small.length) throw localProblem('unreadable_answer');
      items.forEach(({ id, sha256 }, at) =>
        change(keys[at] ?? 0, { step: 'done', item: id, received: sha256, done: small[at]?.chosen.file.size ?? 0 }),
      );
    } catch (thrown) {
      keys.forEach((key) => change(key, { step: 'failed', problem: asProblem(thrown) }));
    }
  };

  const sendAll = async (describe: (file: Named) => Description) => {
    const all = latest.current;
    const described = all.flatMap((chosen, index) => {
      // What was begun goes on by itself or by its own button.
      if (chosen.sha256 === null || chosen.item !== null) return [];
      const { name, sha256, file } = chosen;
      return [{ chosen, size: file.size, description: describe({ name, index, count: all.length, sha256 }) }];
    });
    const together = isBatch(described) ? described.filter(({ size }) => size < SMALL) : [];
    for (const batch of batches(together)) await sendSmall(batch);
    for (const one of described) if (!together.includes(one)) await upload(one.chosen, one);
  };

  const goOn = async (key: number, item: string) => {
    const chosen = latest.current.find((file) => file.key === key);
    if (chosen !== undefined) await upload(chosen, { item });
  };

  return {
    files,
    add,
    remove: (key) => setFiles((old) => old.filter((chosen) => chosen.key !== key)),
    clear: () => setFiles([]),
    pause: (key) => {
      sending.current.get(key)?.pause();
      change(key, { step: 'paused' });
    },
    resume: (key) => {
      change(key, { step: 'sending', problem: null });
      sending.current.get(key)?.resume();
    },
    sendAll,
    goOn,
  };
}

const speedOf = (bytes: number, began: number): number => bytes / Math.max(0.001, (performance.now() - began) / 1000);
