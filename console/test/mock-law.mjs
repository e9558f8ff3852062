// Invented answers on the law, in the node's shapes, for looking at the console without a node. No line of it is law.

const phrase = (key, text, values = {}) => ({ key, text, values });
const today = () => new Date().toISOString().slice(0, 10);
const NAME = 'comity-2026-11-21';

const cite = (table, line, confidence = 'high', note = null) => ({
    table,
    line,
    source: 'https://www.example.invalid/status-table, read on the day below',
    as_of: '2026-11-21',
    confidence,
    note,
    set: NAME,
});

const INSTRUMENTS = [
    ['HAGUE_1980', 'Hague Convention of 25 October 1980'],
    ['HAGUE_1996', 'Hague Convention of 19 October 1996'],
    ['BRUSSELS_IIB', 'Council Regulation (EU) 2019/1111 (Brussels IIb)'],
    ['INTERPOL', 'INTERPOL Constitution and Rules on the Processing of Data'],
    ['NON_TREATY', 'Without a treaty'],
];
const NEEDS = ['return_of_abducted_child', 'access_rights', 'evidence', 'police_intelligence', 'publication_of_notice'];
const PLACES =
    'AD AE AL AR AT AU BE BG BR CA CA-AB CH CL CN CO CU CY CZ DE DK DZ EC EE EG ES FI FR GB GR HK HR HU IE IL IN IQ IR IS IT JP KR LB LI LT LU LV LY MA MC MK MO MT MX NG NL NO NZ PE PH PL PT RO RS RU SA SE SG SI SK SM SN SY TH TN TR UA US UY VE ZA'.split(
        ' ',
    );
const ACCEPTED =
    'AT AU BE BR CA CA-AB CH CL CZ DE EE ES FI FR GB GR HR HU IE IL IT JP LT LU LV MC MT MX NL NO NZ PL PT RO SE SI SK US UY'.split(
        ' ',
    );
const REFUSED = ['DZ', 'LY', 'DK'];

const shipped = {
    id: NAME,
    dated: '2026-11-21',
    title: 'Shipped tables',
    shipped: true,
    signed_by: null,
    loaded_at: '2026-11-21T08:00:00Z',
    loaded_by: 'node',
    active: true,
    withdrawn_at: null,
    withdrawn_by: null,
    fault: null,
};
let sets = [
    shipped,
    {
        ...shipped,
        id: 'acceptances-fuller',
        dated: '2026-11-25',
        title: 'Acceptances, fuller',
        shipped: false,
        signed_by: 'ES-NCB',
        loaded_at: '2026-11-26T09:30:00Z',
        loaded_by: 'officer a.reyes',
    },
];

const answerFor = (place) =>
    ACCEPTED.includes(place) ? 'in_force' : REFUSED.includes(place) ? 'not_in_force' : 'unknown';

export function relation(instrument, from, to) {
    const state = answerFor(to);
    return {
        state,
        since: state === 'in_force' ? '1991-09-01' : null,
        until: null,
        rule: phrase('relation.mock', `${instrument}: ${from} and ${to}, invented rule (art. 38(4)).`),
        confidence: state === 'unknown' ? null : 'high',
        caveats: state === 'unknown' ? [phrase('relation.lead', 'A row to be confirmed points to 2004.')] : [],
        sources: [
            cite('hague_1980_parties', 12),
            cite('hague_1980_acceptances', 80, state === 'unknown' ? 'low' : 'high'),
        ],
    };
}

const content = (article, item, obligation = 'must', confidence = 'high') => ({
    instrument: 'HAGUE_1980',
    article,
    item,
    obligation,
    language: 'original plus translation into the official language of the requested State',
    form: 'model form',
    sources: [cite('required_contents', 2, confidence)],
});

function deadlines(events) {
    const begun = events?.find(({ event }) => event === 'proceedings_begun');
    const due = begun && {
        at: `${begun.at}`,
        zone: 'Europe/Paris',
        place: 'FR',
        because: [phrase('d', 'Counted in weeks from the day after.')],
        sources: [],
    };
    const one = {
        id: 'HAGUE_1980/11(2)',
        instrument: 'HAGUE_1980',
        article: '11(2)',
        kind: 'target',
        trigger: 'proceedings_begun',
        trigger_text: 'commencement of return proceedings',
        length: '6 calendar_weeks',
        bound: 'court of the requested State',
        consequence: 'the applicant may ask for the reasons of the delay',
        due: due ?? null,
        standing: due ? { state: 'late', by: phrase('late', '3 days'), met: false } : { state: 'not_started' },
        sources: [cite('deadlines', 2)],
    };
    return [
        one,
        {
            ...one,
            id: 'HAGUE_1980/12(1)',
            article: '12(1)',
            kind: 'limit',
            trigger: 'removal',
            trigger_text: 'wrongful removal or retention',
            length: '1 calendar_years',
            bound: 'applicant',
            due: null,
            standing: { state: 'not_started' },
            sources: [cite('deadlines', 3, 'low')],
        },
    ];
}

const pathway = (question, written, priority, usable, more = {}) => ({
    instrument: written.split(' + ')[0],
    written,
    priority,
    usable,
    relations: written.split(' + ').map((instrument) => ({
        instrument,
        relation: {
            ...relation(instrument, question.from, question.to),
            state: usable,
            since: usable === 'in_force' ? '1991-09-01' : null,
        },
    })),
    reasons: [phrase('pathway.event', 'The event falls after entry into force between the two (art. 35).')],
    condition: 'in force between the two States',
    channel: 'Central Authority to Central Authority, or direct to court (art. 29)',
    authorities: 'Central Authority; court',
    contents: [
        content('8(2)(a)', 'identity of the applicant'),
        content('8(2)(c)', 'grounds on which the applicant bases the claim for return', 'must', 'low'),
        content('8(3)(e)', 'authenticated copy of a relevant decision', 'may'),
    ],
    deadlines: deadlines(question.facts?.events),
    grounds: [
        {
            instrument: 'HAGUE_1980',
            article: '13(1)(b)',
            ground: 'grave risk of harm or intolerable situation',
            kind: 'optional',
            decider: 'the person who opposes return',
            sources: [cite('grounds', 9)],
        },
    ],
    dual_criminality: null,
    caveats: [],
    sources: [cite('need_to_instrument', 3, 'medium')],
    ...more,
});

export function answers(question) {
    return {
        question,
        data_set: NAME,
        dated: '2026-11-21',
        pathways: [
            pathway(question, 'HAGUE_1980', 2, 'in_force'),
            pathway(question, 'HAGUE_1996', 3, 'unknown', {
                caveats: [
                    phrase(
                        'pathway.age',
                        'The child turns sixteen on 9 March 2028; the Convention of 1980 ends then (art. 4).',
                    ),
                ],
                dual_criminality: {
                    met: 'unknown',
                    covered_by: [{ instrument: 'LANZAROTE', article: '18(1)(a)', sources: [] }],
                    waived_by: [],
                    remains: [phrase('r', 'Whether the conduct is punishable in both remains for a lawyer.')],
                    sources: [cite('offence_map', 4)],
                },
            }),
            pathway(question, 'BRUSSELS_IIB + HAGUE_1980', 1, 'not_in_force'),
        ],
        fallback: pathway(question, 'NON_TREATY', 5, 'unknown', {
            relations: [],
            contents: [],
            deadlines: [],
            grounds: [],
        }),
        caveats: [],
    };
}

function check({ instrument, article }) {
    const verdict =
        instrument === 'HAGUE_1980' ? 'supported' : instrument === 'BRUSSELS_IIB' ? 'contradicted' : 'unknown';
    return {
        verdict,
        reasons: [phrase('basis.mock', `${instrument} art. ${article}: invented finding.`)],
        data_set: NAME,
        sources: [cite('hague_1980_parties', 12)],
    };
}

const refusedSet = {
    status: 422,
    problem: {
        type: 'https://comity.invalid/problems/set_refused',
        title: 'Refused',
        status: 422,
        code: 'set_refused',
        detail: '2 rows cannot be taken; nothing of the set is loaded',
        faults: [
            { file: 'hague_1980_acceptances', line: 14, reason: '`ZZ` is no ISO 3166-1 alpha-2 code' },
            { file: 'hague_1980_acceptances', line: 61, reason: '`2026-02-30` is no date; write it like `2026-02-28`' },
        ],
    },
};

function preview(raw) {
    if (raw.includes('refuse')) return refusedSet;
    const change = (other, before, after, since) => ({
        instrument: 'HAGUE_1980',
        one: 'ES',
        other,
        before: { state: before, since: null },
        after: { state: after, since },
    });
    return {
        status: 200,
        body: {
            id: 'acceptances-2027',
            dated: '2027-01-15',
            title: 'Acceptances, January',
            signed_by: 'ES-NCB',
            on: today(),
            changes: {
                relations: [
                    change('MA', 'unknown', 'in_force', '2012-06-01'),
                    change('PH', 'unknown', 'not_in_force', null),
                ],
                rows: [{ table: 'hague_1980_acceptances', added: 2, replaced: 1, removed: 0 }],
            },
        },
    };
}

const ok = (body, status = 200) => ({ status, body });

export const LAW_ROUTES = [
    [
        'GET',
        '/law',
        () =>
            ok({
                data_set: sets
                    .filter(({ active }) => active)
                    .map(({ id }) => id)
                    .join(' + '),
                dated: '2026-11-25',
                sets,
                instruments: INSTRUMENTS.map(([code, title]) => ({ code, title })),
                needs: NEEDS,
                places: PLACES,
            }),
    ],
    ['GET', '/law/relation', ({ query }) => ok(relation(query.get('instrument'), query.get('from'), query.get('to')))],
    [
        'GET',
        '/law/relations',
        ({ query }) =>
            ok({
                of: query.get('of'),
                data_set: NAME,
                relations: PLACES.filter((place) => place !== query.get('of')).map((place) => ({
                    place,
                    state: answerFor(place),
                    since: answerFor(place) === 'in_force' ? `19${80 + (place.charCodeAt(0) % 19)}-09-01` : null,
                })),
            }),
    ],
    ['POST', '/law/pathways', ({ body }) => ok(answers(body))],
    ['POST', '/law/memo', ({ body }) => ok({ memo: body })],
    [
        'GET',
        '/law/offences',
        () => ok({ data_set: NAME, concepts: [{ id: 'C27', name: 'abduction of a child', term: '' }] }),
    ],
    ['POST', '/law/check', ({ body }) => ok(check(body))],
    ['POST', '/law/authorisations', () => ok({ id: '01936b2e-7c4a-7999-8a1b-2c3d4e5f6a7b' }, 201)],
    ['POST', '/law/sets/preview', ({ raw }) => preview(raw)],
    ['POST', '/law/sets', () => ok({}, 201)],
    [
        'DELETE',
        '/law/sets/:id',
        ({ id }) => {
            sets = sets.map((set) =>
                set.id === id
                    ? { ...set, active: false, withdrawn_at: new Date().toISOString(), withdrawn_by: 'officer a.reyes' }
                    : set,
            );
            return { status: 204 };
        },
    ],
];
