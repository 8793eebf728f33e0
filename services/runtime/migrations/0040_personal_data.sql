-- The key that seals what a service keeps of one user, wrapped with a version of the master key. Who deletes the row
-- has erased what it sealed, in backups too.
CREATE TABLE data_keys (
    user_id        uuid PRIMARY KEY,
    wrapped        bytea NOT NULL,
    master_version integer NOT NULL CHECK (master_version BETWEEN 1 AND 65535),
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX data_keys_master_version ON data_keys (master_version);

-- Users who were erased, by keyed digest: what arrives late about them is dropped.
CREATE TABLE erased_users (
    digest     bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    erasure_id uuid NOT NULL,
    erased_at  timestamptz NOT NULL
);
