ALTER TABLE sweep_request ADD COLUMN decide_by BIGINT NOT NULL DEFAULT 0;
UPDATE sweep_request SET decide_by = arrived_at + 1209600000;
ALTER TABLE selector_query ADD COLUMN decide_by BIGINT;
UPDATE selector_query SET decide_by = asked_at + 1209600000 WHERE consent_from IS NOT NULL;
ALTER TABLE hit_claim_handle ADD COLUMN canary_id TEXT;
