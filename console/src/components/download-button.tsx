import type { ReactNode } from 'react';
import { ActButton } from './act-button';
import { ProblemNotice } from './problem-notice';
import { useAct } from './task';
import { saveBlob } from '../evidence/save';
import { useText } from '../strings/locale';

interface DownloadProps {
  file: string;
  fetchFile: () => Promise<Blob>;
  tone?: 'primary' | '';
  children: ReactNode;
}

/** Saves what the node hands out under a name. A link would save the node's refusal as if it were the file. */
export function DownloadButton({ file, fetchFile, tone = 'primary', children }: DownloadProps) {
  const text = useText();
  const { busy, problem, act } = useAct();
  const download = () => act(async () => saveBlob(await fetchFile(), file));
  return (
    <>
      <p>
        <ActButton tone={tone} busy={busy} onPress={() => void download()}>
          {busy ? text('action.working') : children}
        </ActButton>
      </p>
      <ProblemNotice problem={problem} />
    </>
  );
}
