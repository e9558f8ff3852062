import { Button, FileTrigger } from 'react-aria-components';
import { useText } from '../strings/locale';

interface FilePickerProps {
  file: File | null;
  onPick: (file: File | null) => void;
  /** Media types and endings that the browser offers first; none for any file. */
  types?: string[];
}

/** One file of the officer's computer, with its name and size once it is chosen. */
export function FilePicker({ file, onPick, types }: FilePickerProps) {
  const text = useText();
  return (
    <div className="field">
      <FileTrigger acceptedFileTypes={types} onSelect={(files) => onPick(files?.[0] ?? null)}>
        <Button className="button">{text('import.choose')}</Button>
      </FileTrigger>
      <p role="status">
        {file === null ? text('import.no_file') : <bdi>{text('import.file', { name: file.name, bytes: file.size })}</bdi>}
      </p>
    </div>
  );
}
