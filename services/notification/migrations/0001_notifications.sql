CREATE TABLE notifications (
    user_id    uuid NOT NULL,
    -- The id of the event that asked for it: an event never makes two.
    id         uuid NOT NULL,
    category   text NOT NULL CHECK (char_length(category) BETWEEN 1 AND 50),
    title      text NOT NULL CHECK (char_length(title) <= 200),
    body       text NOT NULL CHECK (char_length(body) <= 2000),
    data       jsonb,
    priority   text NOT NULL CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    read_at    timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX notifications_latest ON notifications (user_id, created_at DESC, id DESC);
CREATE INDEX notifications_unread ON notifications (user_id, created_at DESC, id DESC) WHERE read_at IS NULL;

CREATE TABLE notification_templates (
    category      text NOT NULL CHECK (char_length(category) BETWEEN 1 AND 50),
    channel       text NOT NULL CHECK (channel IN ('push', 'email', 'sms')),
    template_key  text NOT NULL CHECK (char_length(template_key) BETWEEN 1 AND 100),
    -- The template of the title.
    subject       text NOT NULL CHECK (subject <> ''),
    body_template text NOT NULL,
    -- The names that subject and body use.
    variables     jsonb NOT NULL DEFAULT '[]',
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (category, channel, template_key)
);

INSERT INTO notification_templates (category, channel, template_key, subject, body_template, variables)
VALUES (
    'rule',
    'push',
    'rule.matched',
    '{{ rule }}: {{ amount }}',
    '{{ amount }}{% if merchant %} at {{ merchant }}{% endif %}{% if category %} in {{ category }}{% endif %}{% if date %} on {{ date }}{% endif %}',
    '["rule", "amount", "merchant", "category", "date"]'
);
