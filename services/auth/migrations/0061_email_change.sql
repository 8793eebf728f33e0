-- A link to change the address belongs to an address and to the session that asked for it, which goes on.
ALTER TABLE mail_tokens
    DROP CONSTRAINT mail_tokens_purpose_check,
    ADD CONSTRAINT mail_tokens_purpose_check CHECK (purpose IN ('verify_email', 'reset_password', 'change_email')),
    ADD COLUMN email_sealed bytea,
    ADD COLUMN session_id uuid,
    ADD CHECK (num_nonnulls(email_sealed, session_id) = CASE WHEN purpose = 'change_email' THEN 2 ELSE 0 END);

-- Where a mail goes when that is not the account's address: to the new one that is asked for, or to the one before.
ALTER TABLE mails ADD COLUMN address_sealed bytea;
