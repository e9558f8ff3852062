import { useState } from 'react';
import { Button } from 'react-aria-components';
import { law } from '../api/law';
import { nodeNow } from '../api/client';
import type { LawAnswers, LawInfo } from '../api/law-types';
import { useResource } from '../api/use-resource';
import type { LawAnswer, Purpose } from '../api/types';
import { Choice } from '../components/fields';
import { Empty, Waiting } from '../components/waiting';
import { useOfficer } from '../session/session';
import { dayAfter } from '../strings/format';
import { useLanguage, useText } from '../strings/locale';
import { jurisdictionOf, usePlaceName } from '../strings/places';
import { AnswerTag } from './answer-tag';
import type { Matter } from './basis-form';
import { DataSetLine } from './data-set-line';
import { useInstrumentName } from './instruments';
import { wholeDay } from './use-check';

/** Which need a purpose most often goes with; the officer may choose another. */
const NEED_FOR: Record<Purpose, string> = {
  locate_missing_child: 'police_intelligence',
  return_of_child: 'return_of_abducted_child',
  criminal_investigation: 'police_intelligence',
  judicial_proceedings: 'evidence',
  child_protection: 'transfer_of_jurisdiction',
  exercise: 'police_intelligence',
};

/** An item of evidence goes as evidence, whatever it is for. */
const needOf = ({ kind, purpose }: Matter): string => (kind === 'evidence_offer' ? 'evidence' : NEED_FOR[purpose]);

interface ProposalsProps {
  info: LawInfo;
  matter: Matter;
  event: string;
  chosen: string;
  /** The instrument, and the articles that a request under it relies on. */
  pick: (instrument: string, articles: string[]) => void;
}

/** The pathways from our own state to those of the receivers, for a need. */
export function Proposals(props: ProposalsProps) {
  const text = useText();
  const { authority } = useOfficer();
  const { matter, info } = props;
  const [chosenNeed, setNeed] = useState('');
  const need = chosenNeed || needOf(matter);
  const own = jurisdictionOf(authority);
  const states = [...new Set(matter.to.map(jurisdictionOf))].filter((code) => code !== own).sort();
  return (
    <>
      <Choice
        label={text('law.need')}
        value={need}
        onChange={setNeed}
        options={info.needs.map((value) => ({ value, label: text.orCode('need', value) }))}
      />
      {states.length === 0 ? (
        <p className="hint">{text('basis.choose_recipients')}</p>
      ) : (
        <Proposed {...props} own={own} states={states} need={need} />
      )}
    </>
  );
}

function Proposed({ own, states, need, ...props }: ProposalsProps & { own: string; states: string[]; need: string }) {
  const text = useText();
  const { language } = useLanguage();
  const { event, matter, info } = props;
  const question = {
    from: own,
    need,
    on: dayAfter(nodeNow(), 0),
    facts: { child_born: wholeDay(matter.born) },
    ...(event === '' ? {} : { event }),
  };
  const found = useResource(`proposals ${language} ${states.join(' ')} ${JSON.stringify(question)}`, (signal) =>
    Promise.all(states.map((to) => law.pathways(language, { ...question, to }, signal))),
  );
  return (
    <Waiting resource={found}>
      {(answers) => {
        const proposals = proposalsFrom(answers);
        return (
          <>
            {proposals.length === 0 && <Empty>{text('law.no_pathways')}</Empty>}
            <ul className="rows proposals">
              {proposals.map((proposal) => (
                <ProposalRow key={proposal.instrument} proposal={proposal} {...props} />
              ))}
            </ul>
            <DataSetLine name={answers[0]?.data_set ?? info.data_set} dated={answers[0]?.dated} />
          </>
        );
      }}
    </Waiting>
  );
}

interface Proposal {
  instrument: string;
  priority: number;
  articles: string[];
  /** Towards each state. */
  towards: { state: string; usable: LawAnswer }[];
}

const GRAVITY: Record<LawAnswer, number> = { in_force: 0, unknown: 1, not_in_force: 2 };
const gravest = (proposal: Proposal) => Math.max(...proposal.towards.map(({ usable }) => GRAVITY[usable]));

/** One proposal for each instrument: what can be used towards every receiver first, in the order of the pathways. */
export function proposalsFrom(answers: LawAnswers[]): Proposal[] {
  const found = new Map<string, Proposal>();
  for (const { question, pathways, fallback } of answers) {
    for (const pathway of fallback ? [...pathways, fallback] : pathways) {
      const { instrument, priority, usable } = pathway;
      const known = found.get(instrument) ?? { instrument, priority, articles: [], towards: [] };
      const articles = pathway.contents
        .filter((one) => one.instrument === instrument)
        .map((one) => mainArticle(one.article));
      known.articles = [...new Set([...known.articles, ...articles])];
      if (!known.towards.some(({ state }) => state === question.to)) known.towards.push({ state: question.to, usable });
      found.set(instrument, known);
    }
  }
  const everywhere = [...found.values()].filter(({ towards }) => towards.length === answers.length);
  return everywhere.sort((a, b) => gravest(a) - gravest(b) || a.priority - b.priority);
}

/** Article 8 of `8(2)(a)`. */
const mainArticle = (article: string): string => /^\d+\w*/.exec(article)?.[0] ?? article;

type ProposalRowProps = Pick<ProposalsProps, 'info' | 'chosen' | 'pick'> & { proposal: Proposal };

function ProposalRow({ proposal, info, chosen, pick }: ProposalRowProps) {
  const text = useText();
  const nameOf = useInstrumentName(info);
  const placeName = usePlaceName();
  const mine = chosen === proposal.instrument;
  return (
    <li data-chosen={mine || undefined}>
      <div className="proposal">
        <strong>{nameOf(proposal.instrument)}</strong>
        <ul className="plain-list tags">
          {proposal.towards.map(({ state, usable }) => (
            <li key={state}>
              {placeName(state)} <AnswerTag answer={usable} />
            </li>
          ))}
        </ul>
      </div>
      <Button
        className={mine ? 'button primary' : 'button'}
        aria-pressed={mine}
        onPress={() => pick(proposal.instrument, proposal.articles)}
      >
        {text(mine ? 'basis.picked' : 'basis.pick')}{' '}
        <span className="visually-hidden">{nameOf(proposal.instrument)}</span>
      </Button>
    </li>
  );
}
