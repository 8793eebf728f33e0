INSERT INTO notification_templates (category, channel, template_key, subject, body_template, variables)
VALUES
    ('security', 'push', 'auth.email.change_requested', 'A change of your e-mail address was asked for',
     'It was asked for from {{ device }}{% if place %} ({{ place }}){% endif %}, {{ time }}. Nothing changes until the link is used that was mailed to the new address. If it was not you, change your password at once, which ends the link.',
     '["device", "place", "time"]');
