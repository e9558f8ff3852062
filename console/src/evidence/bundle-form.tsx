import { useState } from 'react';
import { evidence } from '../api/evidence';
import type { Item } from '../api/evidence-types';
import { Choice, Field, One } from '../components/fields';
import { TaskDialog, TaskForm } from '../components/task';
import { useFormats } from '../strings/format';
import { LANGUAGES, useLanguage, useText, type Language } from '../strings/locale';
import { Digest } from './digest';
import { saveAnswer } from './save';

/** Everything that a court needs of the item in one archive that is checked without a node. */
export function BundleItem({ item }: { item: Item }) {
  const text = useText();
  return (
    <TaskDialog opener={text('bundle.action')} title={text('bundle.action')}>
      {() => <BundleForm item={item} />}
    </TaskDialog>
  );
}

function BundleForm({ item }: { item: Item }) {
  const text = useText();
  const { bytes } = useFormats();
  const { language } = useLanguage();
  const [contents, setContents] = useState<'with' | 'without'>('without');
  const [index, setIndex] = useState<Language>(language);
  const [reason, setReason] = useState('');
  const [court, setCourt] = useState('');
  const [done, setDone] = useState<number | null>(null);
  const [sha256, setSha256] = useState<string | null>(null);
  const submit = async () => {
    setSha256(null);
    setDone(0);
    const withContents = contents === 'with';
    const order = {
      items: [item.id],
      contents: withContents,
      language: index,
      reason: reason.trim(),
      ...(court.trim() !== '' && { made_for: court.trim() }),
    };
    try {
      const size = withContents ? item.size : 0;
      setSha256(await saveAnswer(`court-bundle-${item.id}.tar`, size, () => evidence.bundle(order), setDone));
    } finally {
      setDone(null);
    }
  };
  return (
    <TaskForm submit={submit} label={text('bundle.submit')}>
      <p className="hint">{text('bundle.explained')}</p>
      <One
        label={text('bundle.holds')}
        value={contents}
        onChange={setContents}
        options={[
          { value: 'without', label: text('bundle.hashes') },
          { value: 'with', label: text('bundle.contents', { size: bytes(item.size) }) },
        ]}
      />
      <Choice
        label={text('bundle.language')}
        value={index}
        onChange={setIndex}
        options={(Object.keys(LANGUAGES) as Language[]).map((value) => ({ value, label: LANGUAGES[value] }))}
      />
      <Field label={text('bundle.made_for')} value={court} onChange={setCourt} dir="auto" />
      <Field label={text('evidence.reason')} value={reason} onChange={setReason} lines={2} dir="auto" required />
      <div role="status">
        {done !== null && <p className="number">{bytes(done)}</p>}
        {sha256 && (
          <div className="notice">
            <p className="notice-title">{text('bundle.saved')}</p>
            <Digest hex={sha256} />
          </div>
        )}
      </div>
    </TaskForm>
  );
}
