import { useEffect } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { ProblemNotice } from '../components/problem-notice';
import { Tag, type Tone } from '../components/tag';
import { Link } from '../routing/router';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { visible } from './description';
import { Digest, DigestPair } from './digest';
import { Progress } from './progress';
import type { Chosen, Queue, Step } from './use-queue';

/** So many files are shown; of the rest only how many they are. */
const SHOWN = 200;
const TONES: Record<Step, Tone> = {
  waiting: 'plain',
  hashing: 'wait',
  hashed: 'plain',
  sending: 'wait',
  paused: 'plain',
  comparing: 'wait',
  done: 'good',
  failed: 'bad',
};

/** One or several files, or a folder with all that is in it. */
export function ChooseFiles({ queue, several = true }: { queue: Queue; several?: boolean }) {
  const text = useText();
  const add = (files: FileList | null) => {
    if (files === null) return;
    if (!several) queue.clear();
    queue.add(files);
  };
  return (
    <div className="page-actions">
      <FileTrigger allowsMultiple={several} onSelect={add}>
        <Button className="button">{text(several ? 'intake.choose_files' : 'intake.choose_again')}</Button>
      </FileTrigger>
      {several && (
        <FileTrigger acceptDirectory onSelect={add}>
          <Button className="button">{text('intake.choose_folder')}</Button>
        </FileTrigger>
      )}
    </div>
  );
}

export function QueueView({ queue, numbers }: { queue: Queue; numbers?: (index: number) => string }) {
  const text = useText();
  const { bytes } = useFormats();
  const { files } = queue;
  useStay(files);
  if (files.length === 0) return <p className="empty">{text('import.no_file')}</p>;
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <>
      <p role="status">
        {text('intake.chosen', { count: files.length, size: bytes(size) })}{' '}
        {text('intake.finished', { count: files.filter(({ step }) => step === 'done').length })}
      </p>
      <ul className="rows chosen">
        {files.slice(0, SHOWN).map((chosen, index) => (
          <ChosenRow key={chosen.key} chosen={chosen} queue={queue} number={numbers?.(index)} />
        ))}
      </ul>
      {files.length > SHOWN && <p className="hint">{text('sets.more', { count: files.length - SHOWN })}</p>}
    </>
  );
}

/** Leaving the page would break off what runs; the browser asks first. */
function useStay(files: Chosen[]): void {
  const runs = files.some(({ step }) => step === 'sending' || step === 'comparing');
  useEffect(() => {
    if (!runs) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [runs]);
}

function ChosenRow({ chosen, queue, number }: { chosen: Chosen; queue: Queue; number?: string }) {
  const text = useText();
  const { bytes } = useFormats();
  const { step, file, sha256, received, item } = chosen;
  const moves = step === 'hashing' || step === 'sending' || step === 'paused';
  return (
    <li>
      <p className="tags">
        <bdi className="file-name">{visible(chosen.name)}</bdi>
        {number && <bdi className="code">{number}</bdi>}
        <span className="quiet">{bytes(file.size)}</span>
        <Tag tone={TONES[step]}>{text(`step.${step}`)}</Tag>
        {moves && chosen.speed > 0 && (
          <span className="quiet number">{text('intake.speed', { speed: bytes(chosen.speed) })}</span>
        )}
      </p>
      {moves && (
        <Progress label={`${text(`step.${step}`)}: ${visible(chosen.name)}`} done={chosen.done} of={file.size} />
      )}
      {sha256 && !received && (
        <p>
          <span className="small">{text('intake.hash_here')}</span> <Digest hex={sha256} />
        </p>
      )}
      {sha256 && received && <DigestPair chosen={sha256} received={received} />}
      <ProblemNotice problem={chosen.problem} />
      <RowActions chosen={chosen} queue={queue} />
      {step === 'done' && item && (
        <p>
          <Link href={`/evidence/${item}`}>{text('intake.open_item')}</Link>
        </p>
      )}
    </li>
  );
}

function RowActions({ chosen, queue }: { chosen: Chosen; queue: Queue }) {
  const text = useText();
  const { key, step, item } = chosen;
  const named = (label: string) => `${label}: ${visible(chosen.name)}`;
  const button = (label: string, act: () => void) => (
    <Button className="button" aria-label={named(label)} onPress={act}>
      {label}
    </Button>
  );
  const removable = (step === 'waiting' || step === 'hashed' || step === 'failed') && item === null;
  if (step === 'sending') return <p>{button(text('intake.pause'), () => queue.pause(key))}</p>;
  if (step === 'paused' || (step === 'failed' && item !== null))
    return <p>{button(text('intake.go_on'), () => queue.resume(key))}</p>;
  return removable && <p>{button(text('intake.remove'), () => queue.remove(key))}</p>;
}
