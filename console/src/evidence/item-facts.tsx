import type { Item, Manifest } from '../api/evidence-types';
import { Authority } from '../components/authority';
import { Fact } from '../components/subject-card';
import { Unfold } from '../components/unfold';
import { BasisFacts } from '../parts/terms-view';
import { Link } from '../routing/router';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { Digest } from './digest';

/** What the item is, without looking at what it holds. */
export function ItemFacts({ item }: { item: Item }) {
  const text = useText();
  const { time, day, bytes, exactBytes } = useFormats();
  return (
    <div className="card">
      <dl className="facts">
        <Fact label={text('evidence.name')}>
          <bdi className="file-name">{item.name}</bdi>
        </Fact>
        <Fact label={text('evidence.size')}>
          {bytes(item.size)}
          {item.size >= 1000 && <> · {exactBytes(item.size)}</>}
        </Fact>
        <Fact label={text('case.word')}>
          <Link href={`/cases/${item.case}`}>{text('alert.open_case')}</Link>
        </Fact>
        <Fact label={text('evidence.taken')}>
          {time(item.taken_at)} · <bdi>{item.taken_by}</bdi>
        </Fact>
        {item.received_from && (
          <Fact label={text('evidence.received_from')}>
            <Authority id={item.received_from} />
          </Fact>
        )}
        {item.part_of && (
          <Fact label={text('evidence.part_of')}>
            <Link href={`/evidence/${item.part_of}`}>{text('intake.open_item')}</Link>{' '}
            <bdi>{item.manifest?.exhibit.part_of?.which}</bdi>
          </Fact>
        )}
        <Fact label={text('evidence.retain_until')}>{day(item.retain_until)}</Fact>
        <Fact label={text('evidence.verified_at')}>{time(item.verified_at)}</Fact>
      </dl>
      {item.damage && (
        <div className="notice notice-bad">
          <p className="notice-title">{text('evidence.damaged')}</p>
          <p dir="auto" lang="en">
            {item.damage}
          </p>
        </div>
      )}
      <Hashes item={item} />
      {item.manifest ? (
        <Acquired manifest={item.manifest} />
      ) : (
        <p className="notice">{text('evidence.no_manifest')}</p>
      )}
    </div>
  );
}

function Hashes({ item }: { item: Item }) {
  const text = useText();
  const { manifest } = item;
  const tree = manifest && (typeof manifest.blake3 === 'string' ? manifest.blake3 : manifest.blake3.root);
  const rows: [string, string | null | undefined][] = [
    [text('evidence.sha256'), manifest?.sha256],
    [text('evidence.blake3'), tree],
    [text('evidence.manifest_sha256'), item.manifest_sha256],
  ];
  return (
    <dl className="hashes">
      {rows.map(([label, hex]) => hex && <div key={label}><dt>{label}</dt><dd><Digest hex={hex} /></dd></div>)}
    </dl>
  );
}

function Acquired({ manifest }: { manifest: Manifest }) {
  const text = useText();
  const { acquisition, seizure } = manifest;
  const { time } = useFormats();
  const { source, by } = acquisition;
  const facts: [string, string | null | undefined][] = [
    [text('acquisition.phase'), text.orCode('phase', acquisition.phase)],
    [text('acquisition.method'), text.orCode('method', acquisition.method)],
    [text('acquisition.person'), [by.person, by.role, by.authority].filter(Boolean).join(' · ')],
    [text('acquisition.place'), acquisition.place],
    [text('acquisition.started_at'), time(acquisition.started_at)],
    [text('acquisition.finished_at'), time(acquisition.finished_at)],
    [text('acquisition.write_blocker'), acquisition.write_blocker],
    [text('source_of.description'), source.description],
    [text('source_of.make'), source.make],
    [text('source_of.model'), source.model],
    [text('source_of.serial'), source.serial],
    [text('source_of.condition'), source.condition],
    [text('source_of.clock'), source.clock_ahead_seconds?.toString()],
  ];
  return (
    <div className="unfolds">
      <Unfold title={text('acquisition.title')} level={2} open>
        <dl className="facts">
          {facts.map(([label, value]) => value && <Fact key={label} label={label}>{value}</Fact>)}
        </dl>
        <Listed title={text('acquisition.tools')} lines={(acquisition.tools ?? []).map(toolLine)} />
        <Listed title={text('acquisition.deviations')} lines={acquisition.deviations ?? []} />
      </Unfold>
      {seizure && (
        <Unfold title={text('seizure.title')} level={2} open>
          <dl className="facts">
            <Fact label={text('seizure.ordered_by')}>
              <Authority id={seizure.ordered_by} />
            </Fact>
            <Fact label={text('seizure.reference')}>{seizure.reference}</Fact>
            <Fact label={text('seizure.law')}>{seizure.law}</Fact>
            <Fact label={text('seizure.at')}>{time(seizure.seized_at)}</Fact>
            <Fact label={text('seizure.place')}>{seizure.place}</Fact>
            {seizure.instrument && <BasisFacts basis={seizure.instrument} />}
          </dl>
        </Unfold>
      )}
    </div>
  );
}

const toolLine = ({ name, version, settings }: { name: string; version: string; settings?: Record<string, string> }) =>
  [`${name} ${version}`, ...Object.entries(settings ?? {}).map(([key, value]) => `${key} = ${value}`)].join(' · ');

function Listed({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <div>
      <p className="small">{title}</p>
      <ul className="plain-list">
        {lines.map((line, at) => (
          <li key={at}>
            <bdi>{line}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}
