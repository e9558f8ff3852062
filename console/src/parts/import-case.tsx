import { useState } from 'react';
import { api } from '../api/client';
import { localProblem } from '../api/problem';
import { Choice } from '../components/fields';
import { FilePicker } from '../components/file-picker';
import { TaskDialog, TaskForm } from '../components/task';
import { useNavigate } from '../routing/router';
import { useText } from '../strings/locale';

const TYPES = ['application/json', 'application/xml', 'text/xml', '.json', '.xml', '.cap'];
const FORMATS = ['auto', 'yellow', 'cap', 'comity'] as const;

/** A report becomes a case: an INTERPOL yellow notice, a CAP alert or Comity's own JSON. */
export function ImportCase() {
  const text = useText();
  return (
    <TaskDialog opener={text('import.action')} openerTone="primary" title={text('import.title')}>
      {() => <ImportForm />}
    </TaskDialog>
  );
}

function ImportForm() {
  const text = useText();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [format, setFormat] = useState<(typeof FORMATS)[number]>('auto');
  const submit = async () => {
    if (file === null) throw localProblem('no_file');
    const { id } = await api.importCase(file, format);
    navigate(`/cases/${id}`);
  };
  return (
    <TaskForm submit={submit} label={text('import.submit')}>
      <p className="hint">{text('import.hint')}</p>
      <FilePicker file={file} onPick={setFile} types={TYPES} />
      <Choice
        label={text('import.format')}
        value={format}
        onChange={setFormat}
        options={FORMATS.map((value) => ({ value, label: text(`format.${value}`) }))}
      />
    </TaskForm>
  );
}
