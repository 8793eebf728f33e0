-- Accounts that are being erased, or were. What remains at the end names nobody.
CREATE TABLE erasures (
    id           uuid PRIMARY KEY,
    -- The user by keyed digest, as in every service's erased_users.
    digest       bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    -- The user, until every service is done.
    subject      uuid,
    requested_at timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    -- When services were last asked.
    asked_at     timestamptz,
    completed_at timestamptz,
    CHECK ((subject IS NULL) = (completed_at IS NOT NULL))
);
CREATE INDEX erasures_open ON erasures (due_at) WHERE completed_at IS NULL;

CREATE TABLE erasure_receipts (
    erasure_id  uuid NOT NULL REFERENCES erasures (id) ON DELETE CASCADE,
    service     text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (erasure_id, service)
);
