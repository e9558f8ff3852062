CREATE TABLE deconfliction (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    peer TEXT NOT NULL,
    exchange TEXT NOT NULL,
    direction TEXT NOT NULL,
    state TEXT NOT NULL,
    base TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    session TEXT,
    own_entries BIGINT,
    peer_entries BIGINT,
    matches BIGINT,
    expires_at BIGINT,
    confirmed_at BIGINT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    tell BIGINT NOT NULL,
    detail TEXT NOT NULL,
    version BIGINT NOT NULL,
    lease TEXT,
    lease_until BIGINT,
    PRIMARY KEY (authority, id)
);
CREATE INDEX deconfliction_state ON deconfliction (state, expires_at);
CREATE INDEX deconfliction_tell ON deconfliction (tell);
CREATE INDEX deconfliction_base ON deconfliction (authority, base);
CREATE INDEX deconfliction_peer ON deconfliction (authority, peer, confirmed_at);
CREATE TABLE deconfliction_match (
    authority TEXT NOT NULL,
    deconfliction TEXT NOT NULL,
    handle TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    canary BIGINT NOT NULL,
    state TEXT NOT NULL,
    claim TEXT,
    shown TEXT,
    note TEXT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (authority, deconfliction, handle)
);
CREATE TABLE deconfliction_person (
    authority TEXT NOT NULL,
    deconfliction TEXT NOT NULL,
    handle TEXT NOT NULL,
    case_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    PRIMARY KEY (authority, deconfliction, handle, case_id, subject_id)
);
