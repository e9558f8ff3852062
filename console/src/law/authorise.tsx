import { useState } from 'react';
import { law } from '../api/law';
import type { LawInfo } from '../api/law-types';
import { Authority } from '../components/authority';
import { CopyLine } from '../components/copy-line';
import { Choice, Field, Many } from '../components/fields';
import { TaskDialog, TaskForm } from '../components/task';
import { useOfficer, useSession } from '../session/session';
import { useText } from '../strings/locale';
import { useInstrumentName } from './instruments';

/** A supervising officer allows one message on a basis that the law tables contradict, with a reason that is recorded. */
export function AuthoriseMessage({ info }: { info: LawInfo }) {
  const text = useText();
  return (
    <TaskDialog opener={text('authorise.action')} title={text('authorise.title')}>
      {() => <AuthoriseForm info={info} />}
    </TaskDialog>
  );
}

function AuthoriseForm({ info }: { info: LawInfo }) {
  const text = useText();
  const nameOf = useInstrumentName(info);
  const { node } = useSession();
  const { authority } = useOfficer();
  const [instrument, setInstrument] = useState(info.instruments[0]?.code ?? '');
  const [article, setArticle] = useState('');
  const [to, setTo] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const [given, setGiven] = useState<string | null>(null);
  const others = (node?.members ?? []).filter((member) => member.authority !== authority);
  const submit = async () => setGiven((await law.authorise({ instrument, article, to, reason })).id);
  if (given !== null) {
    return (
      <div className="notice" role="status">
        <p>{text('authorise.given')}</p>
        <CopyLine label={text('basis.authorisation')} line={given} />
      </div>
    );
  }
  return (
    <TaskForm submit={submit} label={text('authorise.submit')}>
      <p className="notice notice-warn">{text('authorise.explained')}</p>
      <Choice
        label={text('basis.instrument')}
        value={instrument}
        onChange={setInstrument}
        options={info.instruments.map(({ code }) => ({ value: code, label: `${code} · ${nameOf(code)}` }))}
      />
      <Field label={text('basis.article')} value={article} onChange={setArticle} required />
      <Many
        label={text('raise.to')}
        value={to}
        onChange={setTo}
        options={others.map((member) => ({ value: member.authority, label: <Authority id={member.authority} /> }))}
        required
      />
      <Field label={text('basis.reason')} value={reason} onChange={setReason} lines={3} dir="auto" required />
    </TaskForm>
  );
}
