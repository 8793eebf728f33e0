CREATE TABLE families (
    id         uuid PRIMARY KEY,
    created_at timestamptz NOT NULL
);

CREATE TABLE family_members (
    -- A person is in one family at most.
    user_id   uuid PRIMARY KEY,
    family_id uuid NOT NULL REFERENCES families (id) ON DELETE CASCADE,
    role      text NOT NULL CHECK (role IN ('owner', 'adult', 'child', 'viewer')),
    joined_at timestamptz NOT NULL,
    UNIQUE (family_id, user_id)
);
CREATE UNIQUE INDEX family_members_owner ON family_members (family_id) WHERE role = 'owner';

-- A family is never without an owner, also when the owner's account is erased, which no request is behind: the adult who
-- joined first becomes the owner, and without one the family ends.
CREATE FUNCTION family_succession() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    heir uuid;
BEGIN
    SELECT user_id INTO heir FROM family_members
    WHERE family_id = OLD.family_id AND role = 'adult'
    ORDER BY joined_at, user_id LIMIT 1;
    IF heir IS NULL THEN
        DELETE FROM families WHERE id = OLD.family_id;
    ELSE
        UPDATE family_members SET role = 'owner' WHERE user_id = heir;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER family_succession AFTER DELETE ON family_members
    FOR EACH ROW WHEN (OLD.role = 'owner') EXECUTE FUNCTION family_succession();

CREATE TABLE family_invitations (
    id              uuid PRIMARY KEY,
    -- A family's end closes its invitations; those that are left only count against their senders' limit.
    family_id       uuid NOT NULL,
    inviter_id      uuid NOT NULL,
    role            text NOT NULL CHECK (role IN ('adult', 'child', 'viewer')),
    -- Who is invited: an account, or an address, which is found by its HMAC and sealed for the inviter. Both are
    -- forgotten when the invitation is closed.
    invited_user_id uuid,
    address_lookup  bytea CHECK (octet_length(address_lookup) = 32),
    address_sealed  bytea,
    token_hash      bytea CHECK (octet_length(token_hash) = 32),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    closed_at       timestamptz,
    CHECK (num_nonnulls(invited_user_id, address_lookup) = CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END),
    CHECK ((address_lookup IS NULL) = (address_sealed IS NULL) AND (address_lookup IS NULL) = (token_hash IS NULL))
);
CREATE INDEX family_invitations_family ON family_invitations (family_id, created_at DESC) WHERE closed_at IS NULL;
CREATE INDEX family_invitations_invited ON family_invitations (invited_user_id, created_at DESC)
    WHERE invited_user_id IS NOT NULL;
CREATE INDEX family_invitations_inviter ON family_invitations (inviter_id, created_at);
CREATE INDEX family_invitations_expired ON family_invitations (expires_at);

-- What a member shows to another one, or to all. It ends with the membership of either.
CREATE TABLE family_shares (
    user_id   uuid NOT NULL,
    family_id uuid NOT NULL,
    area      text NOT NULL CHECK (area IN ('expenses', 'budgets', 'goals', 'net_worth')),
    -- Null: every member, also one that joins later.
    member_id uuid CHECK (member_id <> user_id),
    UNIQUE NULLS NOT DISTINCT (user_id, area, member_id),
    FOREIGN KEY (family_id, user_id) REFERENCES family_members (family_id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (family_id, member_id) REFERENCES family_members (family_id, user_id) ON DELETE CASCADE
);
CREATE INDEX family_shares_family ON family_shares (family_id);
CREATE INDEX family_shares_member ON family_shares (family_id, member_id) WHERE member_id IS NOT NULL;
