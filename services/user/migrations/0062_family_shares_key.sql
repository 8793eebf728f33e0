-- Rows are told apart by a number, since a share with all members has no member.
ALTER TABLE family_shares ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
