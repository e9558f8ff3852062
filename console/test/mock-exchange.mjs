// Invented answers about an exchange and about what could not be delivered.
import { ago, content, hit, id, ours } from './mock-data.mjs';

const digest = (seed) => seed.repeat(64).slice(0, 64);
const receipted = (authority) => ({ authority, state: 'receipted', receipted_at: ago(0.49) });

export const exchange = {
  id: id(41),
  messages: [
    message(21, 'alert', 'incoming', 'FR-NCB', 0.5, content, 2),
    message(71, 'disclosure', 'outgoing', 'ES-NCB', 0.35, {
      alert: id(21),
      note: 'Seen as a witness in another matter; the address is known to us.',
      reasons: hit.reasons,
      reference: 'ES-2026-0117',
      subject: ours,
    }, 2, 21),
    message(72, 'sighting', 'outgoing', 'ES-NCB', 0.3, {
      alert: id(21),
      id: id(62),
      place: { name: 'Girona, bus station', jurisdiction: 'ES' },
      seen_at: ago(0.4),
      what: 'A girl in a yellow raincoat at the ticket desk.',
    }, 1, 21),
    message(73, 'information', 'incoming', 'FR-NCB', 0.2, {
      subject: 'On our way',
      text: 'Thank you.\nOur liaison officer is in Girona at 16:00.',
    }, null, 72),
    message(74, 'alert_cancellation', 'incoming', 'FR-NCB', 0.1, {
      alert: id(21),
      reason: 'child_found',
      note: 'Found safe.',
    }, 2, 21),
    message(75, 'alert_update', 'incoming', 'FR-NCB', 0.45, null, 2, 21),
    message(76, 'withdrawal', 'outgoing', 'ES-NCB', 0.09, {
      alert: id(21),
      cancellation: id(74),
      withdrawn: ['names', 'photographs', 'sealed body'],
      withdrawn_at: ago(0.09),
    }, 0, 74),
  ],
};

/** The offer of evidence from this exchange, of which the page on that offer asks. */
exchange.messages.push(
  message(77, 'evidence_offer', 'incoming', 'FR-NCB', 5, {
    item: id(95),
    exhibit: 'FR-77/4',
    name: 'bus-station camera.mkv',
    size: 2_147_483_648,
    keeps_copy: true,
    note: 'The part from 14:00 to 16:00 is what you asked for.',
  }, 1),
);

function message(n, kind, direction, from, hours, body, witnessed, replyTo) {
  const to = direction === 'incoming' ? ['ES-NCB'] : ['FR-NCB'];
  return {
    id: id(n),
    kind,
    direction,
    from,
    to,
    time: ago(hours),
    urgency: 'immediate',
    reply_to: replyTo === undefined ? null : id(replyTo),
    content: body === null ? null : { kind, content: body },
    legal_basis: { instrument: 'HAGUE_1980', article: '7', answer: 'in_force', assessed_on: '2026-11-21', data_set: 'comity-2026-11-21' },
    assessment: {
      verdict: kind === 'information' ? 'contradicted' : 'supported',
      reasons: [{ key: 'basis.mock', text: 'Invented finding of our own node.', values: {} }],
      data_set: 'comity-2026-11-21',
    },
    statement_sha256: digest(n.toString(16) + 'c0ffee'),
    deliveries: to.map(receipted),
    proof: { ledger_index: 1200 + n, witnessed },
  };
}

export const exchanges = [
  { id: id(41), last_at: ago(0.09), messages: 7, with: ['FR-NCB'], about: content.headline },
  { id: id(43), last_at: ago(2.1), messages: 1, with: ['FR-NCB', 'MA-NCB', 'EU-HUB'], about: null },
];

export const deadLetters = [
  {
    message: id(23),
    authority: 'EU-HUB',
    code: 'unknown_recipient',
    why: 'the receiving node does not serve `EU-HUB` any more',
    advice: 'ask the registry for the new address, then try again',
    since: ago(2),
    attempts: 2,
  },
];
