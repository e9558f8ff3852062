import { useState } from 'react';
import { hashSets } from '../api/matching';
import type { HashSetFormat } from '../api/matching-types';
import { localProblem } from '../api/problem';
import { CaseField } from '../evidence/case-field';
import { Choice, Field } from '../components/fields';
import { FilePicker } from '../components/file-picker';
import { TaskDialog, TaskForm } from '../components/task';
import { firstTerms, tidyTerms } from '../parts/terms';
import { MarkingForm } from '../parts/terms-form';
import { useSession } from '../session/session';
import { useText } from '../strings/locale';

const FORMATS: HashSetFormat[] = ['vics', 'csv', 'plain'];
const NOTHING = { case: '', name: '', source: '', scheme: '', version: '', legal_basis: '', reason: '', place: '' };

/** A file of hashes becomes a hash set: an item of evidence, sealed, that can be asked about and never read out. */
export function ImportHashSet({ onAdded }: { onAdded: () => void }) {
  const text = useText();
  return (
    <TaskDialog opener={text('hashes.import')} openerTone="primary" title={text('hashes.import')}>
      {(close) => (
        <ImportForm
          onAdded={() => {
            close();
            onAdded();
          }}
        />
      )}
    </TaskDialog>
  );
}

function ImportForm({ onAdded }: { onAdded: () => void }) {
  const text = useText();
  const { node } = useSession();
  const [file, setFile] = useState<File | null>(null);
  const [format, setFormat] = useState<HashSetFormat>('vics');
  const [said, setSaid] = useState(NOTHING);
  const [terms, setTerms] = useState(() => firstTerms(node?.mode ?? 'exercise', 'routine'));
  const put = (field: keyof typeof NOTHING) => (value: string) => setSaid({ ...said, [field]: value });
  const line = (field: keyof typeof NOTHING, required = true) => (
    <Field label={text(`hashes.${field}` as 'hashes.name')} value={said[field]} onChange={put(field)} dir="auto" required={required} />
  );
  const submit = async () => {
    if (file === null) throw localProblem('no_file');
    const { version, ...rest } = said;
    const { marking } = tidyTerms(terms);
    await hashSets.add(file, { ...rest, ...(version === '' ? {} : { version }), format, marking });
    onAdded();
  };
  return (
    <TaskForm submit={submit} label={text('hashes.import_submit')}>
      <p className="hint">{text('hashes.import_explained')}</p>
      <FilePicker file={file} onPick={setFile} />
      <Choice
        label={text('import.format')}
        value={format}
        onChange={setFormat}
        options={FORMATS.map((value) => ({ value, label: text(`hashes.format_${value}` as 'hashes.format_vics') }))}
      />
      <CaseField label={text('case.word')} value={said.case} onChange={put('case')} none="—" required />
      <div className="columns">
        {line('name')}
        {line('source')}
      </div>
      <div className="columns">
        {line('scheme')}
        {line('version', false)}
      </div>
      {line('legal_basis')}
      <div className="columns">
        {line('place')}
        {line('reason')}
      </div>
      <MarkingForm marking={terms.marking} onChange={(marking) => setTerms({ ...terms, marking })} />
    </TaskForm>
  );
}
