-- Rules that are switched together.
CREATE TABLE rule_groups (
    user_id     uuid NOT NULL,
    id          uuid NOT NULL,
    name        text NOT NULL,
    description text NOT NULL,
    is_active   boolean NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
ALTER TABLE quotas ADD COLUMN groups integer NOT NULL DEFAULT 0 CHECK (groups >= 0);

ALTER TABLE automation_rules
    -- What narrows the trigger down: a topic, or a schedule in the form of the API.
    ADD COLUMN topic                text NOT NULL DEFAULT '',
    ADD COLUMN schedule             jsonb,
    -- 0 before the others, 1 in between, 2 after them.
    ADD COLUMN stage                smallint NOT NULL DEFAULT 1,
    ADD COLUMN position             integer NOT NULL DEFAULT 0,
    ADD COLUMN stop_processing      boolean NOT NULL DEFAULT false,
    ADD COLUMN group_id             uuid,
    ADD COLUMN cooldown_seconds     integer NOT NULL DEFAULT 0,
    ADD COLUMN daily_cap            integer NOT NULL DEFAULT 0,
    -- Days in the owner's zone, both included.
    ADD COLUMN active_from          date,
    ADD COLUMN active_until         date,
    ADD COLUMN failure_limit        integer NOT NULL DEFAULT 10,
    ADD COLUMN consecutive_failures integer NOT NULL DEFAULT 0,
    ADD COLUMN disabled_reason      text NOT NULL DEFAULT '',
    -- When the latest event for which the rule acted happened; on which day of the owner's zone that was, and how
    -- often it acted on that day.
    ADD COLUMN last_acted_at        timestamptz,
    ADD COLUMN acted_on             date,
    ADD COLUMN acted_count          integer NOT NULL DEFAULT 0,
    ADD FOREIGN KEY (user_id, group_id) REFERENCES rule_groups (user_id, id);
CREATE INDEX automation_rules_group ON automation_rules (user_id, group_id) WHERE group_id IS NOT NULL;

-- The signature is over the bytes, by the publisher's key; both in hex, and empty where a module is not signed.
ALTER TABLE modules
    ADD COLUMN summary       text NOT NULL DEFAULT '',
    ADD COLUMN tier          text NOT NULL DEFAULT 'NATIVE' CHECK (tier IN ('NATIVE', 'HEAVY')),
    ADD COLUMN publisher_key text NOT NULL DEFAULT '',
    ADD COLUMN signature     text NOT NULL DEFAULT '';

ALTER TABLE rule_executions
    -- The parts of the condition and whether they held; empty for runs from before they were kept.
    ADD COLUMN conditions json NOT NULL DEFAULT '[]',
    -- What the component might use; null for rules without code.
    ADD COLUMN limits     json,
    ADD COLUMN rule_chain uuid[] NOT NULL DEFAULT '{}';

-- The modules that a rule's component and actions run; they cannot be deleted.
CREATE TABLE rule_modules (
    user_id   uuid NOT NULL,
    rule_id   uuid NOT NULL,
    module_id uuid NOT NULL,
    PRIMARY KEY (user_id, rule_id, module_id),
    FOREIGN KEY (user_id, rule_id) REFERENCES automation_rules (user_id, id) ON DELETE CASCADE,
    FOREIGN KEY (user_id, module_id) REFERENCES modules (user_id, id)
);
CREATE INDEX rule_modules_module ON rule_modules (user_id, module_id);
INSERT INTO rule_modules (user_id, rule_id, module_id)
SELECT user_id, id, module_id FROM automation_rules WHERE module_id IS NOT NULL;
