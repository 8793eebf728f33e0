-- Who did what, when, from where: append-only, each row bound to the one before it by its digest. What tells who a person is
-- can be erased without breaking the chain, because the chain is over digests.

-- What names an account in the log. It goes with the account, and then no row can be told to be theirs.
CREATE TABLE audit_subjects (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    key     bytea NOT NULL CHECK (octet_length(key) = 32),
    -- HMAC-SHA-256 of the account's id under the key.
    subject bytea NOT NULL UNIQUE CHECK (octet_length(subject) = 32)
);

-- What has arrived and is not in the log yet. Appending is one at a time, arriving is not.
CREATE TABLE audit_arrivals (
    seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id    uuid NOT NULL UNIQUE,
    occurred_at timestamptz NOT NULL,
    actor       text NOT NULL,
    action      text NOT NULL,
    succeeded   boolean NOT NULL,
    user_id     uuid,
    target      text NOT NULL,
    ip_address  text NOT NULL,
    user_agent  text NOT NULL
);

CREATE TABLE audit_log (
    -- 1, 2, 3 and so on.
    seq             bigint PRIMARY KEY CHECK (seq > 0),
    event_id        uuid NOT NULL UNIQUE,
    occurred_at     timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL,
    actor           text NOT NULL,
    action          text NOT NULL,
    succeeded       boolean NOT NULL,
    subject         bytea CHECK (octet_length(subject) = 32),
    -- Of the four columns after it.
    personal_digest bytea NOT NULL CHECK (octet_length(personal_digest) = 32),
    salt            bytea CHECK (octet_length(salt) = 32),
    target          text,
    ip_address      text,
    user_agent      text,
    -- Of the row before and of this row.
    digest          bytea NOT NULL CHECK (octet_length(digest) = 32),
    CHECK (num_nulls(salt, target, ip_address, user_agent) IN (0, 4))
);
CREATE INDEX audit_log_subject ON audit_log (subject, seq);
CREATE INDEX audit_log_target ON audit_log USING hash (target) WHERE salt IS NOT NULL;
CREATE INDEX audit_log_personal ON audit_log (recorded_at) WHERE salt IS NOT NULL;

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.seq, OLD.event_id, OLD.occurred_at, OLD.recorded_at, OLD.actor, OLD.action, OLD.succeeded,
            OLD.personal_digest, OLD.digest)
         = (NEW.seq, NEW.event_id, NEW.occurred_at, NEW.recorded_at, NEW.actor, NEW.action, NEW.succeeded,
            NEW.personal_digest, NEW.digest)
            AND OLD.subject IS NOT DISTINCT FROM NEW.subject
            AND num_nonnulls(NEW.salt, NEW.target, NEW.ip_address, NEW.user_agent) = 0
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_rows BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_whole BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
-- The owner has no right to change it either, unless it is given back deliberately.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM CURRENT_USER;
GRANT UPDATE (salt, target, ip_address, user_agent) ON audit_log TO CURRENT_USER;

-- However an account is deleted, what is personal in its rows goes with it, and in the rows of others that name it.
CREATE FUNCTION erase_audit_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE audit_log SET salt = NULL, target = NULL, ip_address = NULL, user_agent = NULL
    WHERE (subject = OLD.subject OR target = OLD.user_id::text) AND salt IS NOT NULL;
    RETURN OLD;
END $$;
CREATE TRIGGER audit_subjects_erased AFTER DELETE ON audit_subjects
    FOR EACH ROW EXECUTE FUNCTION erase_audit_subject();
