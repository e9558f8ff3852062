import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useText } from '../strings/locale';

/** A line for the terminal, with a button that copies it. */
export function CopyLine({ label, line }: { label: string; line: string }) {
  const text = useText();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(line);
    setCopied(true);
  };
  return (
    <div className="copy-line">
      <span className="copy-label">{label}</span>
      <code dir="ltr" tabIndex={0} role="group" aria-label={label}>
        {line}
      </code>
      <Button className="button" onPress={() => void copy()}>
        {text('action.copy')}
      </Button>
      <span role="status">{copied ? text('action.copied') : ''}</span>
    </div>
  );
}
