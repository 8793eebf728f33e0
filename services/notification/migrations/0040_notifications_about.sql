-- Another user whom the texts name. With that user goes the notification.
ALTER TABLE notifications ADD COLUMN about_user_id uuid;
CREATE INDEX notifications_about ON notifications (about_user_id) WHERE about_user_id IS NOT NULL;
