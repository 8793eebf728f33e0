//! The kinds of security events, and of which of them an account's owner is told.

/// What happened.
#[allow(dead_code, reason = "factors, providers and tokens record theirs")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The account was created.
    AccountCreated,
    /// Someone registered with the account's address.
    AccountExists,
    /// A session was opened.
    SignInSucceeded,
    /// Someone named the account and could not prove to be its owner.
    SignInFailed,
    /// A session was opened with a program that the account has not seen before.
    NewDevice,
    /// The first factor was right and the second one wrong.
    SecondFactorFailed,
    /// Someone who was signed in proved again to be the account's owner.
    Reauthenticated,
    /// A session was ended by itself.
    SignedOut,
    /// A session was ended from another one.
    SessionRevoked,
    /// A refresh token was presented a second time, so its session was ended.
    RefreshTokenReused,
    /// A new password was set by someone who knew the old one.
    PasswordChanged,
    /// A way to set a new password was sent to the account's address.
    PasswordResetRequested,
    /// A new password was set by someone who reads the account's address.
    PasswordReset,
    /// The account's address was proven to be its owner's.
    EmailVerified,
    /// Another address was asked for; it is to be confirmed there.
    EmailChangeRequested,
    /// The account got another address.
    EmailChanged,
    /// An authenticator application was set up.
    TotpAdded,
    /// The authenticator application was removed.
    TotpRemoved,
    /// A code of the authenticator application was accepted.
    TotpUsed,
    /// A passkey was registered.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A passkey was accepted.
    PasskeyUsed,
    /// Backup codes were made; those before them work no more.
    BackupCodesAdded,
    /// The backup codes were removed.
    BackupCodesRemoved,
    /// A backup code was accepted in place of the second factor.
    BackupCodeUsed,
    /// A telephone number was set up for codes by SMS.
    SmsAdded,
    /// The telephone number was removed.
    SmsRemoved,
    /// A code sent by SMS was accepted.
    SmsUsed,
    /// An operator removed all second factors, because the owner had lost them.
    FactorsReset,
    /// An operator ended all sessions.
    SessionsEnded,
    /// An account of another provider may sign in.
    OauthLinked,
    /// An account of another provider may sign in no more.
    OauthUnlinked,
    /// A personal access token was created.
    TokenCreated,
    /// A personal access token was revoked.
    TokenRevoked,
    /// The account is to be erased.
    DeletionRequested,
    /// A copy of the account's data is to be made.
    ExportRequested,
}

/// How urgently an account's owner is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// It is only listed.
    Not,
    /// It may wait.
    Medium,
    /// If it was not the owner, every minute counts; also by mail.
    High,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 36] = [
        Self::AccountCreated,
        Self::AccountExists,
        Self::SignInSucceeded,
        Self::SignInFailed,
        Self::NewDevice,
        Self::SecondFactorFailed,
        Self::Reauthenticated,
        Self::SignedOut,
        Self::SessionRevoked,
        Self::RefreshTokenReused,
        Self::PasswordChanged,
        Self::PasswordResetRequested,
        Self::PasswordReset,
        Self::EmailVerified,
        Self::EmailChangeRequested,
        Self::EmailChanged,
        Self::TotpAdded,
        Self::TotpRemoved,
        Self::TotpUsed,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PasskeyUsed,
        Self::BackupCodesAdded,
        Self::BackupCodesRemoved,
        Self::BackupCodeUsed,
        Self::SmsAdded,
        Self::SmsRemoved,
        Self::SmsUsed,
        Self::FactorsReset,
        Self::SessionsEnded,
        Self::OauthLinked,
        Self::OauthUnlinked,
        Self::TokenCreated,
        Self::TokenRevoked,
        Self::DeletionRequested,
        Self::ExportRequested,
    ];

    /// As in the audit log, in the database and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountCreated => "auth.account.created",
            Self::AccountExists => "auth.account.exists",
            Self::SignInSucceeded => "auth.sign_in.succeeded",
            Self::SignInFailed => "auth.sign_in.failed",
            Self::NewDevice => "auth.sign_in.new_device",
            Self::SecondFactorFailed => "auth.second_factor.failed",
            Self::Reauthenticated => "auth.session.reauthenticated",
            Self::SignedOut => "auth.session.signed_out",
            Self::SessionRevoked => "auth.session.revoked",
            Self::RefreshTokenReused => "auth.session.refresh_token_reused",
            Self::PasswordChanged => "auth.password.changed",
            Self::PasswordResetRequested => "auth.password.reset_requested",
            Self::PasswordReset => "auth.password.reset",
            Self::EmailVerified => "auth.email.verified",
            Self::EmailChangeRequested => "auth.email.change_requested",
            Self::EmailChanged => "auth.email.changed",
            Self::TotpAdded => "auth.totp.added",
            Self::TotpRemoved => "auth.totp.removed",
            Self::TotpUsed => "auth.totp.used",
            Self::PasskeyAdded => "auth.passkey.added",
            Self::PasskeyRemoved => "auth.passkey.removed",
            Self::PasskeyUsed => "auth.passkey.used",
            Self::BackupCodesAdded => "auth.backup_codes.added",
            Self::BackupCodesRemoved => "auth.backup_codes.removed",
            Self::BackupCodeUsed => "auth.backup_codes.used",
            Self::SmsAdded => "auth.sms.added",
            Self::SmsRemoved => "auth.sms.removed",
            Self::SmsUsed => "auth.sms.used",
            Self::FactorsReset => "auth.factors.reset",
            Self::SessionsEnded => "auth.sessions.ended",
            Self::OauthLinked => "auth.oauth.linked",
            Self::OauthUnlinked => "auth.oauth.unlinked",
            Self::TokenCreated => "auth.token.created",
            Self::TokenRevoked => "auth.token.revoked",
            Self::DeletionRequested => "auth.account.deletion_requested",
            Self::ExportRequested => "auth.account.export_requested",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What happened, as one says it to the account's owner.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::AccountCreated => "Your account was created",
            Self::AccountExists => "Somebody registered with your address",
            Self::SignInSucceeded => "There was a sign-in",
            Self::SignInFailed => "A sign-in failed",
            Self::NewDevice => "There was a sign-in from a new device",
            Self::SecondFactorFailed => "A second factor was wrong",
            Self::Reauthenticated => "A sign-in was confirmed",
            Self::SignedOut => "A session was ended",
            Self::SessionRevoked => "A session was ended from another one",
            Self::RefreshTokenReused => "A session was ended because its token was used twice",
            Self::PasswordChanged => "Your password was changed",
            Self::PasswordResetRequested => "A new password was asked for",
            Self::PasswordReset => "Your password was reset",
            Self::EmailVerified => "Your e-mail address was confirmed",
            Self::EmailChangeRequested => "A change of your e-mail address was asked for",
            Self::EmailChanged => "Your e-mail address was changed",
            Self::TotpAdded => "An authenticator application was added",
            Self::TotpRemoved => "Your authenticator application was removed",
            Self::TotpUsed => "A code of your authenticator application was used",
            Self::PasskeyAdded => "A passkey was added",
            Self::PasskeyRemoved => "A passkey was removed",
            Self::PasskeyUsed => "A passkey was used",
            Self::BackupCodesAdded => "New backup codes were made",
            Self::BackupCodesRemoved => "Your backup codes were removed",
            Self::BackupCodeUsed => "A backup code was used",
            Self::SmsAdded => "A telephone number was added",
            Self::SmsRemoved => "Your telephone number was removed",
            Self::SmsUsed => "A code sent by SMS was used",
            Self::FactorsReset => "Your second factors were removed",
            Self::SessionsEnded => "An operator ended all your sessions",
            Self::OauthLinked => "A way to sign in was added",
            Self::OauthUnlinked => "A way to sign in was removed",
            Self::TokenCreated => "A personal access token was created",
            Self::TokenRevoked => "A personal access token was revoked",
            Self::DeletionRequested => "The deletion of your account was asked for",
            Self::ExportRequested => "A copy of your data was asked for",
        }
    }

    /// Whether what was tried succeeded.
    #[must_use]
    pub const fn succeeded(self) -> bool {
        !matches!(
            self,
            Self::AccountExists | Self::SignInFailed | Self::SecondFactorFailed | Self::RefreshTokenReused
        )
    }

    /// Who did it, for the audit log: someone who had not proven to be the account's owner is nobody.
    #[must_use]
    pub const fn actor(self) -> &'static str {
        match self {
            Self::AccountExists
            | Self::SignInFailed
            | Self::SecondFactorFailed
            | Self::RefreshTokenReused
            | Self::PasswordResetRequested => "anonymous",
            Self::FactorsReset | Self::SessionsEnded => "operator",
            _ => "user",
        }
    }

    /// How urgently the account's owner is told.
    #[must_use]
    pub const fn telling(self) -> Telling {
        match self {
            Self::AccountCreated
            | Self::AccountExists
            | Self::SignInSucceeded
            | Self::SignInFailed
            | Self::SecondFactorFailed
            | Self::Reauthenticated
            | Self::SignedOut
            | Self::SessionRevoked
            | Self::SessionsEnded
            | Self::PasswordResetRequested
            | Self::TotpUsed
            | Self::PasskeyUsed
            | Self::SmsUsed => Telling::Not,
            Self::EmailVerified | Self::TokenRevoked | Self::ExportRequested => Telling::Medium,
            Self::NewDevice
            | Self::RefreshTokenReused
            | Self::PasswordChanged
            | Self::PasswordReset
            | Self::EmailChangeRequested
            | Self::EmailChanged
            | Self::TotpAdded
            | Self::TotpRemoved
            | Self::PasskeyAdded
            | Self::PasskeyRemoved
            | Self::BackupCodesAdded
            | Self::BackupCodesRemoved
            | Self::BackupCodeUsed
            | Self::SmsAdded
            | Self::SmsRemoved
            | Self::FactorsReset
            | Self::OauthLinked
            | Self::OauthUnlinked
            | Self::TokenCreated
            | Self::DeletionRequested => Telling::High,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_kinds_share_a_name() {
        let names: HashSet<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
    }

    #[test]
    fn every_kind_that_is_told_has_a_template() {
        let migration = concat!(
            include_str!("../../../notification/migrations/0010_security_templates.sql"),
            include_str!("../../../notification/migrations/0020_factors_reset_template.sql"),
            include_str!("../../../notification/migrations/0061_email_change_template.sql"),
        );
        for kind in Kind::ALL {
            let told = kind.telling() != Telling::Not;
            let has_template = migration.contains(&format!("'{}'", kind.name()));
            assert_eq!(told, has_template, "{}", kind.name());
        }
    }
}
