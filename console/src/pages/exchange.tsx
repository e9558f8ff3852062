import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import type { Exchange } from '../api/types';
import { CopyLine } from '../components/copy-line';
import { DownloadButton } from '../components/download-button';
import { Page, Section } from '../components/page';
import { Waiting } from '../components/waiting';
import { MessageCard } from '../parts/message-card';
import { SendMessage } from '../parts/send-message';
import { mayAct, useOfficer } from '../session/session';
import { useLanguage, useText } from '../strings/locale';

export function ExchangePage({ id }: { id: string }) {
  const text = useText();
  const { role } = useOfficer();
  const { language } = useLanguage();
  const found = useResource(`exchange ${id} ${language}`, (signal) => api.exchange(id, language, signal), {
    on: ['message', 'delivery', 'alert', 'sighting', 'hit'],
    about: (event) => event.about.exchange === undefined || event.about.exchange === id,
  });
  const send = mayAct(role) && found.data && <SendMessage exchange={found.data} onSent={found.reload} />;
  return (
    <Page title={text('exchange.title')} actions={send}>
      <Waiting resource={found}>{(exchange) => <ExchangeContent exchange={exchange} />}</Waiting>
    </Page>
  );
}

function ExchangeContent({ exchange }: { exchange: Exchange }) {
  const text = useText();
  const messages = [...exchange.messages].sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  return (
    <>
      <Proof id={exchange.id} />
      <Section title={text('exchange.messages')}>
        <ol className="messages">
          {messages.map((message) => (
            <li key={message.id}>
              <MessageCard message={message} all={messages} />
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}

/** How an outsider checks all of this without this node: the record, and the one command that reads it. */
function Proof({ id }: { id: string }) {
  const text = useText();
  const file = `exchange-${id}.json`;
  return (
    <Section title={text('proof.title')}>
      <div className="card">
        <p>{text('proof.explained')}</p>
        <DownloadButton file={file} fetchFile={() => api.record(id)}>
          {text('proof.download')}
        </DownloadButton>
        <CopyLine label={text('proof.command')} line={`comity verify ${file}`} />
      </div>
    </Section>
  );
}
