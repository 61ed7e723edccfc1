//! Signing in and out.

use std::{sync::Arc, time::Duration};

use tokio::sync::Mutex;

use super::{
    CodeRequest, Member, Phone, store,
    wire::{CodeAnswer, CodeRequestBody, SessionAnswer, SessionRequestBody},
};
use crate::{
    error::CoreError,
    http::{Answer, ApiRequest, Problem, Session},
    observe::{Changes, Wake},
    storage::Database,
};

/// Why a phone or a code was not accepted: what the member can mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInFault {
    /// No phone number.
    #[error("this is no phone number")]
    InvalidPhone,
    /// Not the code that was sent.
    #[error("wrong code")]
    WrongCode {
        /// How many tries are left before a new code is needed.
        attempts_left: Option<u32>,
    },
    /// The code was good once.
    #[error("the code has expired")]
    CodeExpired,
    /// Too many codes or tries.
    #[error("too many tries")]
    TooManyTries {
        /// How long to wait, where the server said so.
        retry_after: Option<Duration>,
    },
}

/// The account of whoever holds the phone.
pub struct Account {
    member_db: Database,
    session: Arc<Session>,
    changes: Changes,
    wake: Arc<Wake>,
    /// Signing in and out change the store and the database: one of them at a time.
    switching: Mutex<()>,
}

impl Account {
    pub(crate) const fn new(member_db: Database, session: Arc<Session>, changes: Changes, wake: Arc<Wake>) -> Self {
        Self { member_db, session, changes, wake, switching: Mutex::const_new(()) }
    }

    /// Who is signed in, also while the session has expired or there is no network.
    ///
    /// # Errors
    /// [`CoreError::Storage`]
    pub async fn member(&self) -> Result<Option<Member>, CoreError> {
        Ok(self.member_db.read(store::active_member).await?)
    }

    /// Asks for a code to be sent to `phone`.
    ///
    /// # Errors
    /// [`CoreError::SignIn`], [`CoreError::Unreachable`], [`CoreError::Unavailable`]
    pub async fn request_code(&self, phone: &str) -> Result<CodeRequest, CoreError> {
        let phone: Phone = phone.parse().map_err(|_| SignInFault::InvalidPhone)?;
        let request = ApiRequest::post("/v1/auth/code", &CodeRequestBody { phone: phone.as_str() });
        match self.session.call_open(&request).await {
            Answer::Success(success) => Ok(success.decode::<CodeAnswer>()?.into()),
            answer => Err(refused(answer)),
        }
    }

    /// Signs in with the code that was sent. The queue and history of this member, if any, are there again.
    ///
    /// # Errors
    /// [`CoreError::SignIn`], [`CoreError::Locked`], [`CoreError::Unreachable`], [`CoreError::Unavailable`],
    /// [`CoreError::Storage`]
    pub async fn sign_in(&self, phone: &str, code: &str) -> Result<Member, CoreError> {
        let phone: Phone = phone.parse().map_err(|_| SignInFault::InvalidPhone)?;
        let body = SessionRequestBody { phone: phone.as_str(), code: code.trim() };
        let answer = match self.session.call_open(&ApiRequest::post("/v1/auth/session", &body)).await {
            Answer::Success(success) => success.decode::<SessionAnswer>()?,
            answer => return Err(refused(answer)),
        };
        let member = Member::from(answer.member);
        let _one_at_a_time = self.switching.lock().await;
        // Tokens first: an active member without a session is asked to sign in, a session without its member is
        // never used.
        self.session.begin(&member.member_id, answer.tokens)?;
        let stored = member.clone();
        self.member_db.write(move |tx| store::activate(tx, &stored)).await?;
        self.changes.ring();
        self.wake.all();
        Ok(member)
    }

    /// Signs out. What the member has not sent yet stays on the phone and goes when they are back.
    ///
    /// # Errors
    /// [`CoreError::Locked`], [`CoreError::Storage`]
    pub async fn sign_out(&self) -> Result<(), CoreError> {
        let ended = {
            let _one_at_a_time = self.switching.lock().await;
            let Some(member) = self.member_db.read(store::active_member_id).await? else { return Ok(()) };
            let ended = self.session.end(&member)?;
            self.member_db.write(move |tx| store::deactivate(tx, &member)).await?;
            self.changes.ring();
            ended
        };
        if let Some(ended) = ended {
            self.session.revoke(ended).await;
        }
        Ok(())
    }
}

fn refused(answer: Answer) -> CoreError {
    match answer {
        Answer::Problem(problem, retry_after) => match known(&problem, retry_after) {
            Some(fault) => CoreError::SignIn(fault),
            None => CoreError::of_problem(&problem, retry_after),
        },
        other => CoreError::of_answer(other),
    }
}

fn known(problem: &Problem, retry_after: Option<Duration>) -> Option<SignInFault> {
    Some(match problem.slug.as_str() {
        "invalid-phone" => SignInFault::InvalidPhone,
        "wrong-code" => {
            let left = problem.number("attempts_left").and_then(|left| u32::try_from(left).ok());
            SignInFault::WrongCode { attempts_left: left }
        }
        "code-expired" => SignInFault::CodeExpired,
        "too-many-requests" | "too-many-attempts" => SignInFault::TooManyTries { retry_after },
        _ => return None,
    })
}
