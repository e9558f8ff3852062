import type { Holder, Lead, LeadAnswer, LeadKey, Query } from '../api/queries-types';
import type { Subject } from '../api/types';
import { ReasonsTable } from '../components/reasons-table';
import { Fact, SubjectCard } from '../components/subject-card';
import { Tag, type Tone } from '../components/tag';
import { Weight } from '../components/weight';
import { Link } from '../routing/router';
import { nameOf, useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { ClaimHits } from './claim-hits';
import { FoundTag } from './query-tags';

const STRENGTHS: Record<Lead['strength'], Tone> = { weak: 'plain', fair: 'wait', strong: 'strong' };

/** What keys join, each combination once. */
export function JoinedFields({ keys }: { keys: LeadKey[] }) {
  const text = useText();
  const { list } = useFormats();
  const joined = new Set(
    keys.map(({ names, born, alias }) =>
      text(alias ? 'lead.joins_alias' : 'lead.joins', {
        names: list(names.map((name) => text(`lead.name.${name}`))),
        born: text(`lead.born.${born}`),
      }),
    ),
  );
  return (
    <ul>
      {[...joined].map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  );
}

interface LeadProps {
  query: Query;
  holder: Holder;
  lead: Lead;
  onClaimed: () => void;
}

/** A holder may know a person of ours: which parts of name and birth agree, how much that says, and what the holder has shown. */
export function LeadView({ query, holder, lead, onClaimed }: LeadProps) {
  const text = useText();
  const { number } = useFormats();
  const claimable = lead.keys.filter(({ state }) => state === 'found').map(({ handle }) => handle);
  return (
    <li>
      <p className="tags">
        <Link href={`/persons/${query.case}/${lead.subject}`}>
          <bdi>{nameOf(lead.name) ?? text('subject.no_name')}</bdi>
        </Link>
        <Tag tone={STRENGTHS[lead.strength]}>{text(`lead.${lead.strength}`)}</Tag>
        {lead.state !== 'found' && <FoundTag state={lead.state} />}
      </p>
      <p>{text('lead.agree', { count: lead.agree, of: lead.of, one_in: number(lead.one_in) })}</p>
      <JoinedFields keys={lead.keys} />
      <p className="hint">{text('lead.explained')}</p>
      {lead.answers.map((answer) => (
        <Answer key={answer.handle} answer={answer} />
      ))}
      {lead.notes.map((note) => (
        <p key={note} dir="auto">
          {note}
        </p>
      ))}
      {claimable.length > 0 && (
        <div className="page-actions">
          <ClaimHits query={query} holder={holder} handles={claimable} opener={text('lead.claim')} onClaimed={onClaimed} />
        </div>
      )}
    </li>
  );
}

/** What the holder has shown, compared with ours by the node. */
function Answer({ answer }: { answer: LeadAnswer }) {
  const text = useText();
  const { shown } = answer;
  const theirs = shown.person && ({ id: '', role: 'witness', ...shown.person, photograph: null } as Subject);
  return (
    <>
      <dl className="facts">
        <Fact label={text('claim.reference')}>{shown.reference}</Fact>
        <Fact label={text('claim.contact')}>{shown.contact}</Fact>
        {shown.note && <Fact label={text('disclose.note')}>{shown.note}</Fact>}
        {answer.total != null && (
          <Fact label={text('lead.compared')}>
            {text(answer.is_hit ? 'lead.may_be_same' : 'lead.not_same')} <Weight bits={answer.total} />
          </Fact>
        )}
      </dl>
      {theirs && <SubjectCard subject={theirs} level="h4" />}
      {answer.reasons.length > 0 && <ReasonsTable hit={{ reasons: answer.reasons }} />}
    </>
  );
}
