-- For the removal of what is old. Notifications are written in the order of time.
CREATE INDEX notifications_created_at ON notifications USING brin (created_at);
