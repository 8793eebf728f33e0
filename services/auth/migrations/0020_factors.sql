-- Sign-ins that wait for a second factor. They stay for an hour after their end, to count wrong answers.
CREATE TABLE mfa_challenges (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of the token.
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    -- What was proven before: "password" or "provider".
    proof      text NOT NULL,
    -- Wrong answers.
    tries      smallint NOT NULL DEFAULT 0,
    -- What a passkey is to sign, sealed; nothing when no passkey was asked for.
    ceremony   bytea,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (user_id, token_hash)
);
CREATE INDEX mfa_challenges_expires_at ON mfa_challenges (expires_at);

CREATE TABLE totp_factors (
    user_id       uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret_sealed bytea NOT NULL,
    -- The latest time step of which a code was accepted: no code works twice.
    last_step     bigint NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL,
    -- Asked for from here on.
    confirmed_at  timestamptz
);

CREATE TABLE backup_codes (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- HMAC of the code.
    code_hash  bytea NOT NULL CHECK (octet_length(code_hash) = 32),
    created_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE passkeys (
    user_id       uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id            uuid NOT NULL,
    -- Chosen by the authenticator; no two accounts share one.
    credential_id bytea NOT NULL UNIQUE,
    -- The public key and what is known of its authenticator.
    credential    jsonb NOT NULL,
    name          text NOT NULL,
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz,
    PRIMARY KEY (user_id, id)
);

-- What was asked of a browser and is not yet answered. Nobody is known yet where a passkey is to say who signs in.
CREATE TABLE passkey_ceremonies (
    token_hash   bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    user_id      uuid REFERENCES users (id) ON DELETE CASCADE,
    state_sealed bytea NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX passkey_ceremonies_expires_at ON passkey_ceremonies (expires_at);
