-- Telephone numbers that codes are sent to, one of an account.
CREATE TABLE sms_factors (
    user_id       uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    number_sealed bytea NOT NULL,
    created_at    timestamptz NOT NULL,
    -- Asked for from here on.
    confirmed_at  timestamptz
);

-- Codes that were not used yet, each with its message until the gateway has it.
CREATE TABLE sms_codes (
    user_id     uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The one thing that the code counts for: a challenge, by its token's hash, or a number, by its HMAC.
    bound_to    bytea NOT NULL CHECK (octet_length(bound_to) = 32),
    -- The message's; the code that takes this one's place has another.
    id          uuid NOT NULL,
    -- HMAC of the code.
    code_hash   bytea NOT NULL CHECK (octet_length(code_hash) = 32),
    -- The code itself, until it is sent.
    code_sealed bytea,
    due_at      timestamptz,
    attempts    integer NOT NULL DEFAULT 0,
    -- Wrong answers.
    tries       smallint NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (user_id, bound_to),
    CHECK ((code_sealed IS NULL) = (due_at IS NULL))
);
CREATE INDEX sms_codes_due_at ON sms_codes (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX sms_codes_expires_at ON sms_codes (expires_at);

-- Each message costs money, so it is counted by account, by where it was asked for, and by number.
ALTER TABLE limits
    DROP CONSTRAINT limits_act_check,
    DROP CONSTRAINT limits_subject_check,
    ADD CONSTRAINT limits_act_check CHECK (act IN ('sign-in', 'register', 'mail', 'sms')),
    ADD CONSTRAINT limits_subject_check CHECK (subject IN ('account', 'address', 'number'));
INSERT INTO limits (act, subject, free_tries, forget_seconds, first_delay_seconds, longest_delay_seconds) VALUES
    ('sms', 'account', 3,  1200, 60, 3600),
    ('sms', 'address', 10, 600,  60, 3600),
    ('sms', 'number',  3,  1200, 60, 3600);
