import { useState } from 'react';
import { hashSets } from '../api/matching';
import type { Lead, Leads } from '../api/matching-types';
import { CaseField } from '../evidence/case-field';
import { Field } from '../components/fields';
import { Section } from '../components/page';
import { Tag } from '../components/tag';
import { TaskForm } from '../components/task';
import { Empty } from '../components/waiting';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

const words = (typed: string) => typed.split(/[\s,;]+/).filter((word) => word !== '');

/** Asks whether hashes are in a set, or PDQ hashes near one; what is asked is not recorded, that it was asked is. */
export function HashSearch() {
  const text = useText();
  const [hashes, setHashes] = useState('');
  const [pdq, setPdq] = useState('');
  const [distance, setDistance] = useState('31');
  const [of, setOf] = useState('');
  const [reason, setReason] = useState('');
  const [found, setFound] = useState<{ asked: { hashes: string[]; pdq: string[] }; leads: Leads } | null>(null);
  const submit = async () => {
    const asked = { hashes: words(hashes), pdq: words(pdq) };
    const question = { ...asked, distance: Number(distance), reason, ...(of === '' ? {} : { case: of }) };
    setFound({ asked, leads: await hashSets.search(question) });
  };
  return (
    <Section title={text('hashes.search')}>
      <TaskForm submit={submit} label={text('hashes.ask')}>
        <Field
          label={text('hashes.exact')}
          hint={text('hashes.exact_hint')}
          value={hashes}
          onChange={setHashes}
          lines={3}
          dir="ltr"
        />
        <Field label={text('hashes.pdq_asked')} hint={text('hashes.pdq_hint')} value={pdq} onChange={setPdq} lines={2} dir="ltr" />
        <div className="columns">
          <Field
            label={text('hashes.distance')}
            value={distance}
            onChange={setDistance}
            pattern="[0-9]|[12][0-9]|3[01]"
            dir="ltr"
            required
          />
          <CaseField label={text('case.word')} value={of} onChange={setOf} none="—" />
        </div>
        <Field label={text('merge.reason')} value={reason} onChange={setReason} dir="auto" required />
      </TaskForm>
      {found && <Answer {...found} />}
    </Section>
  );
}

function Answer({ asked, leads }: { asked: { hashes: string[]; pdq: string[] }; leads: Leads }) {
  const text = useText();
  return (
    <div aria-live="polite">
      <p className="quiet">
        {text('hashes.searched', { count: leads.searched.length })} {text('hashes.left', { count: leads.left_today })}
      </p>
      {leads.unsearched.map(({ set, name, why }) => (
        <p key={set} className="quiet">
          <Tag tone="wait">{text('hashes.unsearched')}</Tag> <bdi>{name}</bdi>: {text.orCode('hashes', why)}
        </p>
      ))}
      {leads.leads.length === 0 ? (
        <Empty>{text('hashes.no_lead')}</Empty>
      ) : (
        <LeadTable leads={leads.leads} asked={asked} />
      )}
    </div>
  );
}

function LeadTable({ leads, asked }: { leads: Lead[]; asked: { hashes: string[]; pdq: string[] } }) {
  const text = useText();
  const { number } = useFormats();
  return (
    <table className="stacked">
      <caption>{text('hashes.leads')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('hashes.asked')}</th>
          <th scope="col">{text('hashes.set')}</th>
          <th scope="col">{text('hashes.category')}</th>
          <th scope="col">{text('hashes.found_at')}</th>
          <th scope="col">{text('marking.handling')}</th>
        </tr>
      </thead>
      <tbody>
        {leads.map((lead) => (
          <tr key={`${lead.of} ${lead.index} ${lead.set} ${lead.category ?? ''}`}>
            <th scope="row">
              <bdi className="code break">{asked[lead.of][lead.index]}</bdi>
            </th>
            <td data-label={text('hashes.set')}>
              <bdi>{lead.set_name}</bdi> <span className="quiet">(<bdi>{lead.source}</bdi>)</span>
            </td>
            <td data-label={text('hashes.category')}>
              <bdi>{lead.category || text('hashes.no_category')}</bdi>
            </td>
            <td data-label={text('hashes.found_at')}>
              {lead.distance == null ? text('hashes.equal') : number(lead.distance)}
            </td>
            <td data-label={text('marking.handling')}>
              <bdi>{lead.marking.handling.join(' ')}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
