import { useState } from 'react';
import { api } from '../api/client';
import type { Exchange, NodeInfo } from '../api/types';
import { Authority } from '../components/authority';
import { Field, Many } from '../components/fields';
import { TaskDialog, TaskForm } from '../components/task';
import { useOfficer, useSession } from '../session/session';
import { useText } from '../strings/locale';
import { tidyTerms } from './terms';
import { TermsForm } from './terms-form';
import { matterOf, useStartTerms, type Start } from './use-start-terms';

interface SendProps {
  exchange: Exchange;
  onSent: () => void;
}

/** Information to one or several of those who take part in this exchange. */
export function SendMessage({ exchange, onSent }: SendProps) {
  const text = useText();
  const { node } = useSession();
  return (
    <TaskDialog opener={text('send.action')} openerTone="primary" title={text('send.title')}>
      {(close) => node && <StartSending exchange={exchange} onSent={onSent} close={close} node={node} />}
    </TaskDialog>
  );
}

function StartSending({ node, ...rest }: SendProps & { close: () => void; node: NodeInfo }) {
  const start = useStartTerms(rest.exchange.id, node.mode, 'urgent');
  return start && <SendForm {...rest} start={start} />;
}

function SendForm({ exchange, onSent, close, start }: SendProps & { close: () => void; start: Start }) {
  const text = useText();
  const { authority } = useOfficer();
  const others = partnersIn(exchange, authority);
  const [to, setTo] = useState<string[]>(others.length === 1 ? others : []);
  const [subject, setSubject] = useState('');
  const [said, setSaid] = useState('');
  const [terms, setTerms] = useState(start.terms);
  const submit = async () => {
    const { marking, basis, urgency } = tidyTerms(terms);
    await api.sendMessage(exchange.id, { to, subject, text: said, urgency, marking, legal_basis: basis });
    onSent();
    close();
  };
  return (
    <TaskForm submit={submit} label={text('send.submit')}>
      <Many
        label={text('raise.to')}
        value={to}
        onChange={setTo}
        options={others.map((id) => ({ value: id, label: <Authority id={id} /> }))}
        required
      />
      <Field label={text('send.subject')} value={subject} onChange={setSubject} dir="auto" required />
      <Field label={text('send.text')} value={said} onChange={setSaid} lines={5} dir="auto" required />
      <TermsForm terms={terms} onChange={setTerms} kind="information" to={to} {...matterOf(start.alert)} />
    </TaskForm>
  );
}

/** Everybody who has sent or received in this exchange, but for us. */
export function partnersIn(exchange: Exchange, own: string): string[] {
  const all = exchange.messages.flatMap((message) => [message.from, ...message.to]);
  return [...new Set(all)].filter((authority) => authority !== own).sort();
}
