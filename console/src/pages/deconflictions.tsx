import { deconflictions } from '../api/deconfliction';
import type { Deconfliction } from '../api/deconfliction-types';
import { useResource } from '../api/use-resource';
import { Authority } from '../components/authority';
import { Section } from '../components/page';
import { Empty, Waiting } from '../components/waiting';
import { DeconflictionTag } from '../matching/deconfliction-tag';
import { MatchingPage } from '../matching/matching-page';
import { PrepareDeconfliction } from '../matching/prepare-deconfliction';
import { Link } from '../routing/router';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** Whole case loads compared with those of other authorities: what others offer us first, then what we offer. */
export function Deconflictions() {
  const text = useText();
  const found = useResource('deconflictions', (signal) => deconflictions.list(signal), { on: ['deconfliction'] });
  return (
    <MatchingPage title={text('deconfliction.title')} actions={<PrepareDeconfliction />}>
      <p className="hint">{text('deconfliction.explained')}</p>
      <Waiting resource={found}>{(items) => <DeconflictionLists items={items} />}</Waiting>
    </MatchingPage>
  );
}

/** Under the heading of the page. */
export function DeconflictionLists({ items }: { items: Deconfliction[] }) {
  const text = useText();
  return (['received', 'offered'] as const).map((direction) => {
    const these = items.filter((one) => one.direction === direction);
    return (
      <Section key={direction} title={text(`deconfliction.list_${direction}`)}>
        {these.length === 0 ? (
          <Empty>{text(`deconfliction.none_${direction}`)}</Empty>
        ) : (
          <ul className="rows">
            {these.map((one) => (
              <Row key={one.id} one={one} />
            ))}
          </ul>
        )}
      </Section>
    );
  });
}

function Row({ one }: { one: Deconfliction }) {
  const text = useText();
  const { list, time } = useFormats();
  return (
    <li>
      <Link href={`/deconflictions/${one.id}`}>
        <bdi>{one.why}</bdi>
      </Link>
      <Authority id={one.with} />
      <DeconflictionTag one={one} />
      <span className="quiet">
        {list(one.scope.map((kind) => text(`field.${kind}`)))} · {time(one.changed_at)}
      </span>
    </li>
  );
}
