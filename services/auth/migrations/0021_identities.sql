-- Identities at providers that sign in to an account, one of each provider at most.
CREATE TABLE identities (
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider     text NOT NULL,
    -- HMAC of the issuer and the subject, which identify it; never the address.
    lookup       bytea NOT NULL UNIQUE CHECK (octet_length(lookup) = 32),
    -- The address at the provider, for the owner to recognise it by.
    email_sealed bytea,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    PRIMARY KEY (user_id, provider)
);

-- Hashes that stand where an account has no password. While it is still this one, no password opens the account.
CREATE TABLE unusable_passwords (
    user_id       uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    password_hash text NOT NULL
);

-- Browsers that were sent to a provider and are not yet back.
CREATE TABLE oauth_flows (
    state_hash     bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
    provider       text NOT NULL,
    binding_hash   bytea NOT NULL CHECK (octet_length(binding_hash) = 32),
    -- Whose account an identity is to be linked to; nobody's for a sign-in.
    user_id        uuid REFERENCES users (id) ON DELETE CASCADE,
    -- The nonce and the PKCE verifier.
    secrets_sealed bytea NOT NULL,
    expires_at     timestamptz NOT NULL
);
CREATE INDEX oauth_flows_expires_at ON oauth_flows (expires_at);
