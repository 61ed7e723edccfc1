//! The API's shapes of this capability.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use super::{CodeRequest, ConsentDecision, Member, store};
use crate::{
    http::{Success, TokenAnswer},
    ids::{MemberId, TierId},
    sync::{Document, KeepFault},
};

#[derive(Serialize)]
pub struct CodeRequestBody<'a> {
    pub phone: &'a str,
    pub consents: &'a [ConsentDecision],
}

#[derive(Deserialize)]
pub struct CodeAnswer {
    resend_after_seconds: u32,
    expires_in_seconds: u32,
    code_length: u32,
}

#[derive(Serialize)]
pub struct SessionRequestBody<'a> {
    pub phone: &'a str,
    pub code: &'a str,
}

#[derive(Deserialize)]
pub struct SessionAnswer {
    pub tokens: TokenAnswer,
    pub member: MemberAnswer,
}

#[derive(Deserialize)]
pub struct MemberAnswer {
    member_id: MemberId,
    joined: NaiveDate,
    tier: TierId,
    tier_since: Option<DateTime<Utc>>,
}

impl From<CodeAnswer> for CodeRequest {
    fn from(answer: CodeAnswer) -> Self {
        Self {
            resend_after: Duration::from_secs(u64::from(answer.resend_after_seconds)),
            expires_in: Duration::from_secs(u64::from(answer.expires_in_seconds)),
            code_length: answer.code_length,
        }
    }
}

impl From<MemberAnswer> for Member {
    fn from(answer: MemberAnswer) -> Self {
        Self { member_id: answer.member_id, joined: answer.joined, tier: answer.tier, tier_since: answer.tier_since }
    }
}

/// The member's own record.
pub struct MemberDocument;

impl Document for MemberDocument {
    fn name(&self) -> &'static str {
        "member"
    }

    fn path(&self) -> &'static str {
        "/v1/member"
    }

    fn keep(&self, tx: &Transaction<'_>, member: &MemberId, success: &Success) -> Result<bool, KeepFault> {
        let answer = Member::from(success.decode::<MemberAnswer>().map_err(|_| KeepFault::Form)?);
        if answer.member_id != *member {
            return Err(KeepFault::Form);
        }
        Ok(store::update(tx, &answer)?)
    }
}
