import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** What a field weighs, in bits with its sign; nothing where it was not weighed. */
export function Weight({ bits }: { bits: number | null | undefined }) {
  const text = useText();
  const { weight } = useFormats();
  if (bits == null) return <span className="quiet">—</span>;
  return (
    <bdi dir="ltr" className="unbroken" title={text('weight.bits')}>
      {weight(bits)}
    </bdi>
  );
}
