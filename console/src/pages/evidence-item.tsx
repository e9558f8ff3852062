import { evidence } from '../api/evidence';
import type { Item } from '../api/evidence-types';
import { useResource } from '../api/use-resource';
import { Section } from '../components/page';
import { Waiting } from '../components/waiting';
import { BundleItem } from '../evidence/bundle-form';
import { Admissibility } from '../evidence/checklist';
import { DisposalProof, DisposeItem } from '../evidence/dispose';
import { EvidencePage } from '../evidence/evidence-page';
import { Download, RecordEvent, VerifyNow } from '../evidence/item-acts';
import { ItemFacts } from '../evidence/item-facts';
import { OfferItem } from '../evidence/offer-form';
import { ItemTags } from '../evidence/tags';
import { Timeline } from '../evidence/timeline';
import { MarkingFacts } from '../parts/terms-view';
import { mayAct, mayRelease, useOfficer } from '../session/session';
import { useText } from '../strings/locale';

/** One item: what it is and who had it. Its content is never shown, only handed out. */
export function EvidenceItem({ id }: { id: string }) {
  const text = useText();
  const item = useResource(`item ${id}`, (signal) => evidence.item(id, signal), {
    on: ['evidence'],
    about: ({ about }) => about.item === undefined || about.item === id,
  });
  const title = item.data ? text('evidence.page_title', { exhibit: item.data.exhibit }) : text('evidence.word');
  return (
    <EvidencePage title={title} beside={item.data && <ItemTags item={item.data} />}>
      <Waiting resource={item}>{(data) => <ItemContent item={data} onChanged={item.reload} />}</Waiting>
    </EvidencePage>
  );
}

function ItemContent({ item, onChanged }: { item: Item; onChanged: () => void }) {
  const text = useText();
  const held = item.state === 'held';
  return (
    <>
      {held && <Acts item={item} onChanged={onChanged} />}
      <ItemFacts item={item} />
      {item.marking && (
        <Section title={text('terms.marking')}>
          <div className="card">
            <dl className="facts">
              <MarkingFacts marking={item.marking} />
            </dl>
          </div>
        </Section>
      )}
      <Section title={text('custody.title')}>
        <Timeline custody={item.custody} />
      </Section>
      {held && <Admissibility item={item} />}
      {(item.state === 'returned' || item.state === 'destroyed') && <DisposalProof item={item} />}
    </>
  );
}

/** Only what the officer's role may do; the node decides in the end. */
function Acts({ item, onChanged }: { item: Item; onChanged: () => void }) {
  const { role } = useOfficer();
  if (!mayAct(role)) return null;
  return (
    <div className="page-actions">
      <RecordEvent item={item} onDone={onChanged} />
      <Download item={item} onDone={onChanged} />
      <BundleItem item={item} />
      {mayRelease(role) && (
        <>
          <OfferItem item={item} />
          <DisposeItem item={item} onDone={onChanged} />
        </>
      )}
      <VerifyNow item={item} onDone={onChanged} />
    </div>
  );
}
