//! Who the member is.

use std::{sync::Arc, time::Duration};

pub use vremena_core::account::CodeRequest;
use vremena_core::{
    account,
    ids::{MemberId, TierId},
};

use crate::{
    error::CoreError,
    host::Host,
    values::{CalendarDate, Instant},
};

/// The account of whoever holds the phone.
#[derive(uniffi::Object)]
pub struct Account {
    pub(crate) host: Arc<Host>,
}

impl Account {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Account {
    /// Who is signed in, also while the session has expired or there is no network; nothing while nobody is.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn member(&self) -> Result<Option<Member>, CoreError> {
        self.host.call(|host| async move { Ok(host.app.account().member().await?.map(Member::from)) }).await
    }

    /// Asks for a code to be sent to `phone`, a number as people type it. What was decided of the consents goes with it.
    ///
    /// # Errors
    /// `SignIn`, `Unreachable`, `Insecure`, `Unavailable`, `UpdateNeeded`, `Refused`, `Storage`, `Paused`
    pub async fn request_code(&self, phone: String) -> Result<CodeRequest, CoreError> {
        self.host.call(|host| async move { Ok(host.app.account().request_code(&phone).await?) }).await
    }

    /// Signs in with the code that was sent. The queue and history of this member, if any, are there again.
    ///
    /// # Errors
    /// `SignIn`, `Locked`, `Unreachable`, `Insecure`, `Unavailable`, `UpdateNeeded`, `Refused`, `Storage`, `Paused`
    pub async fn sign_in(&self, phone: String, code: String) -> Result<Member, CoreError> {
        self.host.call(|host| async move { Ok(host.app.account().sign_in(&phone, &code).await?.into()) }).await
    }

    /// Signs out. What the member has not sent yet stays on the phone and goes when they are back.
    ///
    /// # Errors
    /// `Locked`, `Storage`, `Paused`
    pub async fn sign_out(&self) -> Result<(), CoreError> {
        self.host.call(|host| async move { Ok(host.app.account().sign_out().await?) }).await
    }
}

/// A member, as the gallery last said.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Member {
    /// Names the member.
    pub member_id: MemberId,
    /// The first day in the programme.
    pub joined: CalendarDate,
    /// The member's tier: the gallery's word, whatever the phone computes.
    pub tier: TierId,
    /// Since when; nothing for the tier that the member began with.
    pub tier_since: Option<Instant>,
}

impl From<account::Member> for Member {
    fn from(member: account::Member) -> Self {
        Self {
            member_id: member.member_id,
            joined: member.joined.into(),
            tier: member.tier,
            tier_since: member.tier_since,
        }
    }
}

/// A code is on its way.
#[uniffi::remote(Record)]
pub struct CodeRequest {
    /// Another one may be asked for after this time.
    pub resend_after: Duration,
    /// The code is good for this time.
    pub expires_in: Duration,
    /// How many digits it has.
    pub code_length: u32,
}
