-- What the person may spend, as user.updated says it.
ALTER TABLE people
    ADD COLUMN daily_limit_minor      bigint,
    ADD COLUMN daily_limit_currency   text,
    ADD COLUMN monthly_limit_minor    bigint,
    ADD COLUMN monthly_limit_currency text;

ALTER TABLE quotas ADD COLUMN webhooks integer NOT NULL DEFAULT 0 CHECK (webhooks >= 0);

-- Web addresses that rules may call. The secrets are sealed for the person.
CREATE TABLE webhooks (
    user_id                uuid NOT NULL,
    id                     uuid NOT NULL,
    name                   text NOT NULL,
    url                    text NOT NULL,
    is_active              boolean NOT NULL,
    secret_sealed          bytea NOT NULL,
    secret_at              timestamptz NOT NULL,
    -- Signs too until then, so that no message is lost while the receiver changes over.
    former_secret_sealed   bytea,
    former_secret_until    timestamptz,
    created_at             timestamptz NOT NULL,
    updated_at             timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    CHECK ((former_secret_sealed IS NULL) = (former_secret_until IS NULL))
);

-- One row for each try to deliver a message.
CREATE TABLE webhook_deliveries (
    user_id         uuid NOT NULL,
    id              uuid NOT NULL,
    webhook_id      uuid NOT NULL,
    message_id      uuid NOT NULL,
    type            text NOT NULL,
    execution_id    uuid,
    attempt         integer NOT NULL,
    -- 0 without an answer.
    response_status integer NOT NULL,
    response_body   text NOT NULL,
    error_reason    text NOT NULL,
    error_message   text NOT NULL,
    duration_micros bigint NOT NULL,
    attempted_at    timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, webhook_id) REFERENCES webhooks (user_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (user_id, webhook_id, id);
CREATE INDEX webhook_deliveries_attempted_at ON webhook_deliveries USING brin (attempted_at);

-- What executions want done outside of this service, in the order of their actions. Of an execution only the first
-- effect that is still to be done is due; the next one becomes due when it is settled.
CREATE TABLE effects (
    user_id      uuid NOT NULL,
    id           uuid NOT NULL,
    -- None for what no rule led to, such as a ping.
    execution_id uuid,
    rule_id      uuid,
    -- Which action of the execution it is.
    position     integer NOT NULL,
    task         jsonb NOT NULL,
    rule_chain   uuid[] NOT NULL,
    status       text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'DONE', 'FAILED')),
    reason       text NOT NULL DEFAULT '',
    detail       text NOT NULL DEFAULT '',
    attempts     integer NOT NULL DEFAULT 0,
    -- When it is to be tried; null while it waits for the one before, and when it is settled. While a process works on
    -- it: when another one may take it over.
    due_at       timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, execution_id) REFERENCES rule_executions (user_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX effects_execution ON effects (user_id, execution_id, position) WHERE execution_id IS NOT NULL;
CREATE INDEX effects_due ON effects (due_at) WHERE due_at IS NOT NULL;
