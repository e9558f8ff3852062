import type { BasisChoice } from '../api/types';
import { CopyLine } from '../components/copy-line';
import { Field } from '../components/fields';
import { useText } from '../strings/locale';

interface ContradictedProps {
  basis: BasisChoice;
  to: string[];
  onChange: (part: Partial<BasisChoice>) => void;
}

/** Where the tables contradict the basis only another officer can let it go: what to ask for, and where to write it. */
export function Contradicted({ basis, to, onChange }: ContradictedProps) {
  const text = useText();
  return (
    <div className="notice notice-warn">
      <p className="notice-title">{text('basis.contradicted')}</p>
      <p>{text('basis.contradicted.how')}</p>
      <CopyLine
        label={text('basis.contradicted.ask_for')}
        line={[basis.instrument, basis.article, to.join(' ')].join(' · ')}
      />
      <Field
        label={text('basis.authorisation')}
        hint={text('basis.authorisation.hint')}
        value={basis.authorisation ?? ''}
        onChange={(authorisation) => onChange({ authorisation })}
        dir="ltr"
        required
      />
    </div>
  );
}
