CREATE TABLE law_head (id BIGINT PRIMARY KEY, version BIGINT NOT NULL);
INSERT INTO law_head (id, version) VALUES (1, 0);
CREATE TABLE law_set (
    number BIGINT PRIMARY KEY,
    id TEXT NOT NULL,
    dated TEXT NOT NULL,
    title TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    shipped BIGINT NOT NULL,
    signed_by TEXT,
    document TEXT NOT NULL,
    loaded_at BIGINT NOT NULL,
    loaded_by TEXT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_by TEXT
);
CREATE TABLE authorisation (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    instrument TEXT NOT NULL,
    article TEXT NOT NULL,
    recipients TEXT NOT NULL,
    reason TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (authority, id)
);
ALTER TABLE message ADD COLUMN assessment TEXT;
ALTER TABLE alert ADD COLUMN authorisation TEXT
