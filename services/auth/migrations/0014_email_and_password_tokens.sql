-- Whether the address was proven to be its owner's.
ALTER TABLE users ADD COLUMN email_verified boolean NOT NULL DEFAULT false;

-- What links in mails carry: each works once, until it expires.
CREATE TABLE mail_tokens (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, purpose, token_hash)
);
CREATE INDEX mail_tokens_expires_at ON mail_tokens (expires_at);
