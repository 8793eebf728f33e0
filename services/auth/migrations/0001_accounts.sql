CREATE TABLE users (
    id            uuid PRIMARY KEY,
    -- HMAC of the address in lower case: addresses are compared without being readable.
    email_lookup  bytea NOT NULL UNIQUE CHECK (octet_length(email_lookup) = 32),
    email_sealed  bytea NOT NULL,
    password_hash text NOT NULL,
    is_active     boolean NOT NULL DEFAULT true,
    last_login    timestamptz,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);

CREATE TABLE sessions (
    user_id             uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id                  uuid NOT NULL,
    token_hash          bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    previous_token_hash bytea CHECK (octet_length(previous_token_hash) = 32),
    rotated_at          timestamptz NOT NULL,
    device_info         jsonb NOT NULL,
    ip_address          inet,
    expires_at          timestamptz NOT NULL,
    revoked_at          timestamptz,
    created_at          timestamptz NOT NULL,
    last_accessed       timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE signing_keys (
    kid                text PRIMARY KEY,
    public_key         bytea NOT NULL CHECK (octet_length(public_key) = 32),
    private_key_sealed bytea NOT NULL,
    created_at         timestamptz NOT NULL,
    -- Signs nothing from here on; published until the last token that it signed has expired.
    retired_at         timestamptz
);
-- One key signs. Replicas that start together agree on it by this index.
CREATE UNIQUE INDEX signing_keys_current ON signing_keys ((true)) WHERE retired_at IS NULL;
