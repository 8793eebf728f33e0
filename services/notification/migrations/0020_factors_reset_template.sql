INSERT INTO notification_templates (category, channel, template_key, subject, body_template, variables)
VALUES
    ('security', 'push', 'auth.factors.reset', 'Your second factors were removed',
     'An operator removed them, {{ time }}, because someone said that you had lost them. If it was not you, change your password at once and write to the operator.',
     '["time"]');
