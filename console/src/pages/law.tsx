import { law } from '../api/law';
import { nodeNow } from '../api/client';
import type { LawAnswers, LawEvent, LawInfo, Question } from '../api/law-types';
import { useResource } from '../api/use-resource';
import { DownloadButton } from '../components/download-button';
import { Section } from '../components/page';
import { Empty, Waiting } from '../components/waiting';
import { DataSetLine } from '../law/data-set-line';
import { LawPage } from '../law/law-page';
import { PathwayCard } from '../law/pathway-card';
import { draftOf, eventsOf, queryOf, questionOf } from '../law/question';
import { QuestionForm } from '../law/question-form';
import { Phrases } from '../law/said';
import { useLaw } from '../law/use-law';
import { AuthoriseMessage } from '../law/authorise';
import { useNavigate, useQuery } from '../routing/router';
import { mayRelease, useOfficer } from '../session/session';
import { dayAfter, useFormats } from '../strings/format';
import { useLanguage, useText } from '../strings/locale';
import { usePlaceName } from '../strings/places';

/** What binds two states for a need on a day. The question is the page's address, so an answer can be passed on. */
export function LawPathways() {
  const text = useText();
  const info = useLaw();
  const { role } = useOfficer();
  const authorise = mayRelease(role) && info.data && <AuthoriseMessage info={info.data} />;
  return (
    <LawPage title={text('law.title')} actions={authorise}>
      <Waiting resource={info}>{(known) => <AskAndAnswer info={known} />}</Waiting>
    </LawPage>
  );
}

function AskAndAnswer({ info }: { info: LawInfo }) {
  const navigate = useNavigate();
  const [query, rewrite] = useQuery();
  const question = questionOf(query);
  const start = draftOf(query, dayAfter(nodeNow(), 0));
  const events = eventsOf(query);
  const happened = (next: LawEvent[]) => rewrite(queryOf(start, next));
  return (
    <>
      <div className="card question">
        <QuestionForm
          key={queryOf(start, []).toString()}
          info={info}
          start={start}
          ask={(draft) => navigate(`/law?${queryOf(draft, events).toString()}`)}
        />
      </div>
      {question && <Answers question={question} info={info} events={events} onHappened={happened} />}
      {!question && <DataSetLine name={info.data_set} dated={info.dated} />}
    </>
  );
}

interface AnswersProps {
  question: Question;
  info: LawInfo;
  events: LawEvent[];
  onHappened: (events: LawEvent[]) => void;
}

function Answers(props: AnswersProps) {
  const text = useText();
  const { language } = useLanguage();
  const { question } = props;
  const found = useResource(`pathways ${language} ${JSON.stringify(question)}`, (signal) =>
    law.pathways(language, question, signal),
  );
  return (
    <Section title={text('law.pathways')}>
      <Waiting resource={found}>{(answer) => <Pathways {...props} answer={answer} />}</Waiting>
    </Section>
  );
}

function Pathways({ answer, ...rest }: AnswersProps & { answer: LawAnswers }) {
  const text = useText();
  const { pathways, fallback } = answer;
  return (
    <>
      <Asked question={rest.question} />
      <DataSetLine name={answer.data_set} dated={answer.dated} />
      <Memo question={rest.question} />
      <Phrases phrases={answer.caveats} className="caveats" />
      {pathways.length === 0 && <Empty>{text('law.no_pathways')}</Empty>}
      <div className="pathways">
        {pathways.map((pathway) => (
          <PathwayCard key={`${pathway.priority} ${pathway.written}`} pathway={pathway} {...rest} />
        ))}
      </div>
      {fallback && (
        <Section title={text('law.fallback')}>
          <div className="pathways">
            <PathwayCard pathway={fallback} {...rest} />
          </div>
        </Section>
      )}
    </>
  );
}

function Asked({ question }: { question: Question }) {
  const text = useText();
  const { day } = useFormats();
  const nameOf = usePlaceName();
  return (
    <p className="lead" role="status">
      {text('law.asked', {
        from: nameOf(question.from),
        to: nameOf(question.to),
        need: text.orCode('need', question.need),
        on: day(question.on),
      })}
      {question.event && <> {text('law.asked_event', { date: day(question.event) })}</>}
    </p>
  );
}

/** One page to print or pass on, in the officer's language. */
function Memo({ question }: { question: Question }) {
  const text = useText();
  const { language } = useLanguage();
  const name = `${question.from}-${question.to}-${question.need}-${question.on}`;
  return (
    <div className="page-actions">
      <DownloadButton file={`${name}.pdf`} tone="" fetchFile={() => law.memo(language, question, 'pdf')}>
        {text('law.memo_pdf')}
      </DownloadButton>
      <DownloadButton file={`${name}.txt`} tone="" fetchFile={() => law.memo(language, question, 'text')}>
        {text('law.memo_text')}
      </DownloadButton>
    </div>
  );
}
