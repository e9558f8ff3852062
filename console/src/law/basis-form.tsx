import { useEffect, useState } from 'react';
import type { BasisVerdict, LawInfo } from '../api/law-types';
import type { BasisChoice, MessageKind, Purpose } from '../api/types';
import { Field } from '../components/fields';
import { ProblemNotice } from '../components/problem-notice';
import { Unfold } from '../components/unfold';
import { useText } from '../strings/locale';
import { AssessmentView } from './assessment';
import { Contradicted } from './contradicted';
import { Proposals } from './proposals';
import { useCheck } from './use-check';
import { useLaw } from './use-law';

/** What is to be sent, as far as the law asks about it. */
export interface Matter {
  kind: MessageKind;
  purpose: Purpose;
  /** The receiving authorities. */
  to: string[];
  born?: string | null;
}

interface BasisFormProps {
  basis: BasisChoice;
  onChange: (basis: BasisChoice) => void;
  matter: Matter;
}

/** On which law a message goes: a pathway is picked or the basis written, and the node says at once what it is worth. */
export function BasisForm({ basis, onChange, matter }: BasisFormProps) {
  const text = useText();
  const info = useLaw();
  const [articles, setArticles] = useState<string[]>([]);
  const checked = useCheck(basis, matter);
  const set = (part: Partial<BasisChoice>) => onChange({ ...basis, ...part });
  const verdict = checked.assessment?.verdict;
  useEffect(() => {
    const unneeded = unneededIn(basis, verdict);
    if (unneeded !== null) set(unneeded);
  }, [verdict]);
  return (
    <fieldset className="group">
      <legend>{text('terms.basis')}</legend>
      {info.data && (
        <Unfold title={text('basis.propose')} level={3} open>
          <Proposals
            info={info.data}
            matter={matter}
            event={basis.event_date ?? ''}
            chosen={basis.instrument}
            pick={(instrument, offered) => {
              setArticles(offered);
              set({ instrument, article: offered[0] ?? '' });
            }}
          />
        </Unfold>
      )}
      <Written basis={basis} set={set} info={info.data} articles={articles} />
      <div aria-live="polite">{checked.assessment && <AssessmentView assessment={checked.assessment} />}</div>
      <ProblemNotice problem={checked.problem} />
      {(verdict === 'unknown' || checked.problem) && (
        <Field
          label={text('basis.reason')}
          hint={text('basis.reason.hint')}
          value={basis.reason ?? ''}
          onChange={(reason) => set({ reason })}
          lines={2}
          dir="auto"
          required={verdict === 'unknown'}
        />
      )}
      {verdict === 'contradicted' && <Contradicted basis={basis} to={matter.to} onChange={set} />}
    </fieldset>
  );
}

/** A reason or an authorisation that the verdict does not call for would go along unseen. */
function unneededIn(basis: BasisChoice, verdict: BasisVerdict | undefined): Partial<BasisChoice> | null {
  if (verdict === 'supported' && (basis.reason || basis.authorisation)) return { reason: '', authorisation: '' };
  return verdict === 'unknown' && basis.authorisation ? { authorisation: '' } : null;
}

interface WrittenProps {
  basis: BasisChoice;
  set: (part: Partial<BasisChoice>) => void;
  info: LawInfo | null;
  articles: string[];
}

function Written({ basis, set, info, articles }: WrittenProps) {
  const text = useText();
  return (
    <div className="columns">
      <Field
        label={text('basis.instrument')}
        hint={text('basis.instrument.hint')}
        value={basis.instrument}
        onChange={(instrument) => set({ instrument: instrument.toUpperCase() })}
        suggestions={info?.instruments.map(({ code }) => code)}
        dir="ltr"
        required
      />
      <Field
        label={text('basis.article')}
        hint={text('basis.article.hint')}
        value={basis.article}
        onChange={(article) => set({ article })}
        suggestions={articles}
        required
      />
      <Field
        label={text('law.event')}
        type="date"
        value={basis.event_date ?? ''}
        onChange={(event_date) => set({ event_date })}
      />
    </div>
  );
}
