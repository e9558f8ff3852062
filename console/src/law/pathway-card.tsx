import type { Content, DualCriminality, Ground, LawInfo, Pathway, Relation } from '../api/law-types';
import { Fact } from '../components/subject-card';
import { Unfold } from '../components/unfold';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { AnswerTag, ConfidenceTag } from './answer-tag';
import { Deadlines, type Happened } from './deadlines';
import { useInstrumentName } from './instruments';
import { Article, Phrases } from './said';
import { Sources } from './sources';

interface PathwayCardProps extends Happened {
  pathway: Pathway;
  info: LawInfo;
}

/** One way to what is needed: whether it is open and why at a glance, all else under headings that unfold. */
export function PathwayCard({ pathway, info, events, onHappened }: PathwayCardProps) {
  const text = useText();
  const nameOf = useInstrumentName(info);
  const { contents, deadlines, grounds, dual_criminality } = pathway;
  const names = pathway.relations.map(({ instrument }) => nameOf(instrument));
  return (
    <article className={`card pathway pathway-${pathway.usable}`}>
      <h3>{names.length > 0 ? names.join(' + ') : nameOf(pathway.instrument)}</h3>
      <p className="tags">
        <AnswerTag answer={pathway.usable} />
        <bdi className="code quiet">{pathway.written}</bdi>
      </p>
      {pathway.relations.map(({ instrument, relation }) => (
        <RelationLine key={instrument} name={nameOf(instrument)} relation={relation} alone={names.length === 1} />
      ))}
      <Phrases phrases={pathway.reasons} />
      <Phrases phrases={pathway.caveats} className="caveats" />
      <PathwayFacts pathway={pathway} />
      <div className="unfolds">
        {contents.length > 0 && (
          <Unfold title={text('law.contents', { count: contents.length })}>
            <Checklist contents={contents} />
          </Unfold>
        )}
        {deadlines.length > 0 && (
          <Unfold title={text('law.deadlines', { count: deadlines.length })}>
            <Deadlines deadlines={deadlines} events={events} onHappened={onHappened} />
          </Unfold>
        )}
        {grounds.length > 0 && (
          <Unfold title={text('law.grounds', { count: grounds.length })}>
            <Grounds grounds={grounds} />
          </Unfold>
        )}
        {dual_criminality && (
          <Unfold title={text('law.dual_criminality')}>
            <Dual dual={dual_criminality} nameOf={nameOf} />
          </Unfold>
        )}
        <Sources cites={[...pathway.relations.flatMap(({ relation }) => relation.sources), ...pathway.sources]} />
      </div>
    </article>
  );
}

function RelationLine({ name, relation, alone }: { name: string; relation: Relation; alone: boolean }) {
  return (
    <div className="relation">
      {!alone && (
        <p>
          <strong>{name}</strong> <AnswerTag answer={relation.state} />
        </p>
      )}
      <RelationSince relation={relation} />
      <p>
        {relation.rule.text} {relation.confidence === 'low' && <ConfidenceTag confidence="low" />}
      </p>
      <Phrases phrases={relation.caveats} className="caveats" />
    </div>
  );
}

function RelationSince({ relation }: { relation: Relation }) {
  const text = useText();
  const { day } = useFormats();
  if (!relation.since && !relation.until) return null;
  return (
    <p className="since">
      {relation.since && text('law.since', { date: day(relation.since) })}
      {relation.since && relation.until && ' · '}
      {relation.until && text('law.until', { date: day(relation.until) })}
    </p>
  );
}

function PathwayFacts({ pathway }: { pathway: Pathway }) {
  const text = useText();
  const rows = [
    [text('law.condition'), pathway.condition],
    [text('law.channel'), pathway.channel],
    [text('law.authorities'), pathway.authorities],
  ].filter(([, value]) => value !== '');
  return (
    <dl className="facts">
      {rows.map(([label = '', value = '']) => (
        <Fact key={label} label={label}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

/** A list to go through before the request leaves. The boxes are the officer's own; nothing is recorded. */
function Checklist({ contents }: { contents: Content[] }) {
  const text = useText();
  return (
    <>
      <ul className="law-rows">
        {contents.map((content, at) => (
          <li key={at}>
            <p>{content.item}</p>
            <p className="small">
              <Article of={content} /> · {content.obligation}
              <LowTag of={content} />
            </p>
            {[content.language, content.form].filter(Boolean).map((line) => (
              <p key={line} className="small">
                {line}
              </p>
            ))}
          </li>
        ))}
      </ul>
      <p className="hint">{text('law.contents.hint')}</p>
      <Sources cites={contents.flatMap((content) => content.sources)} level={5} />
    </>
  );
}

function Grounds({ grounds }: { grounds: Ground[] }) {
  return (
    <>
      <ul className="law-rows">
        {grounds.map((ground, at) => (
          <li key={at}>
            <p>{ground.ground}</p>
            <p className="small">
              <Article of={ground} /> · {ground.kind}
              <LowTag of={ground} />
            </p>
            {ground.decider !== '' && <p className="small">{ground.decider}</p>}
          </li>
        ))}
      </ul>
      <Sources cites={grounds.flatMap((ground) => ground.sources)} level={5} />
    </>
  );
}

function Dual({ dual, nameOf }: { dual: DualCriminality; nameOf: (code: string) => string }) {
  const text = useText();
  return (
    <>
      <p>
        <AnswerTag answer={dual.met} /> {text(`dual.${dual.met}`)}
      </p>
      {dual.covered_by.length > 0 && (
        <>
          <p className="small">{text('dual.covered_by')}</p>
          <ul>
            {dual.covered_by.map((definition, at) => (
              <li key={at}>
                {nameOf(definition.instrument)}, <Article of={definition} />
              </li>
            ))}
          </ul>
        </>
      )}
      <Phrases phrases={dual.waived_by} />
      <Phrases phrases={dual.remains} className="caveats" />
      <Sources cites={[...dual.sources, ...dual.covered_by.flatMap((one) => one.sources)]} level={5} />
    </>
  );
}

function LowTag({ of }: { of: { sources: { confidence: string }[] } }) {
  return of.sources.some(({ confidence }) => confidence === 'low') ? (
    <>
      {' '}
      <ConfidenceTag confidence="low" />
    </>
  ) : null;
}
