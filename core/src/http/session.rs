//! The member's session: tokens in the secure store, one refresh at a time, never a call under another member.

use std::sync::{Arc, MutexGuard, PoisonError};

use ::http::StatusCode;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{Answer, ApiClient, ApiRequest, Fault, asks_to_wait};
use crate::{
    ids::MemberId,
    observe::Changes,
    ports::{Clock, SecureStore, SecureStoreError},
    time,
};

const KEY: &str = "session";
/// The gallery's problem for a token of a member whom it has deleted.
const DELETED: &str = "account-deleted";
/// Refreshed this long before it ends, so that a request under way does not meet a dead token.
const EXPIRY_MARGIN: Duration = Duration::seconds(30);

/// Tokens as the API gives them.
#[derive(Clone, Deserialize)]
pub struct TokenAnswer {
    access_token: String,
    access_expires_in_seconds: u32,
    refresh_token: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct Tokens {
    member_id: MemberId,
    access_token: String,
    access_expires_at: i64,
    refresh_token: String,
}

#[derive(Serialize)]
struct RefreshRequest<'a> {
    refresh_token: &'a str,
}

/// A session that has ended on the phone, and not yet at the gallery.
#[must_use]
pub struct Ended(Tokens);

/// What the phone knows of a member's session without asking the gallery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionState {
    /// Nobody is signed in.
    #[default]
    SignedOut,
    /// Calls go out. So it is too while the secure store is locked: later is not signed out.
    Active,
    /// The gallery has ended the session. All that is on the phone stays readable, and what waits is sent after the
    /// next sign-in.
    Expired,
}

/// What was last heard of a member's session.
struct Heard {
    member_id: MemberId,
    is_alive: bool,
    /// The gallery has deleted the member. The tokens are kept, so that it can be asked again.
    is_deleted: bool,
}

/// Why there is no token to send.
enum NoToken {
    SignInNeeded,
    Locked,
    Answer(Answer),
}

/// Calls of the API on behalf of a member.
pub struct Session {
    client: ApiClient,
    store: Arc<dyn SecureStore>,
    clock: Arc<dyn Clock>,
    changes: Changes,
    /// The secure store is the platform's and slow: what observers show is known without it.
    heard: std::sync::Mutex<Option<Heard>>,
    /// Held over a refresh: whoever comes second finds the new tokens.
    refresh: Mutex<()>,
    /// Held while the store is read and then changed, never over an await.
    writing: std::sync::Mutex<()>,
}

impl Session {
    /// A session whose tokens lie in `store`; `changes` are rung when it ends or begins.
    pub fn new(client: ApiClient, store: Arc<dyn SecureStore>, clock: Arc<dyn Clock>, changes: Changes) -> Self {
        let heard = std::sync::Mutex::default();
        Self { client, store, clock, changes, heard, refresh: Mutex::new(()), writing: std::sync::Mutex::new(()) }
    }

    /// The state of `member`'s session, `member` being signed in on this phone.
    pub fn state(&self, member: &MemberId) -> SessionState {
        let known = self.heard().as_ref().filter(|heard| heard.member_id == *member).map(|heard| heard.is_alive);
        let is_alive = known.unwrap_or_else(|| match self.load() {
            Ok(tokens) => {
                let is_alive = tokens.is_some_and(|tokens| tokens.member_id == *member);
                self.remember(member, is_alive, false);
                is_alive
            }
            Err(_) => true,
        });
        if is_alive { SessionState::Active } else { SessionState::Expired }
    }

    /// Whether the gallery has said that it has deleted `member`.
    pub fn is_deleted(&self, member: &MemberId) -> bool {
        self.heard().as_ref().is_some_and(|heard| heard.member_id == *member && heard.is_deleted)
    }

    /// A call that needs no session.
    pub async fn call_open(&self, request: &ApiRequest) -> Answer {
        self.client.send(request, None).await
    }

    /// A call on behalf of `member`. An expired token is refreshed once; a session of somebody else is never used.
    pub async fn call(&self, member: &MemberId, request: &ApiRequest) -> Answer {
        let mut rejected = None;
        loop {
            let token = match self.access_token(member, rejected.as_deref()).await {
                Ok(token) => token,
                Err(NoToken::SignInNeeded) => return Answer::SignInNeeded,
                Err(NoToken::Locked) => return Answer::Locked,
                Err(NoToken::Answer(answer)) => return answer,
            };
            match self.client.send(request, Some(&token)).await {
                Answer::Problem(problem, _) if problem.status == StatusCode::UNAUTHORIZED => {
                    if problem.slug == DELETED {
                        self.hear_of_deletion(member);
                        return Answer::SignInNeeded;
                    }
                    if rejected.is_some() {
                        self.hear(member, false);
                        return Answer::SignInNeeded;
                    }
                    rejected = Some(token);
                }
                answer => {
                    if matches!(answer, Answer::Success(_) | Answer::NotModified | Answer::Problem(..)) {
                        self.hear(member, true);
                    }
                    return answer;
                }
            }
        }
    }

    /// Whether the tokens of a sign-in could be kept.
    ///
    /// # Errors
    /// [`SecureStoreError`]: not now.
    pub fn check_store(&self) -> Result<(), SecureStoreError> {
        self.store.load(KEY).map(|_| ())
    }

    /// Keeps the tokens of a sign-in; gives back the session that they took the place of.
    ///
    /// # Errors
    /// [`SecureStoreError`]: the member is not signed in then.
    pub fn begin(&self, member: &MemberId, answer: TokenAnswer) -> Result<Option<Ended>, SecureStoreError> {
        let _one_writer = self.one_writer();
        let former = self.load()?;
        self.save(&self.tokens(member.clone(), answer))?;
        *self.heard() = None;
        self.hear(member, true);
        Ok(former.map(Ended))
    }

    /// Takes a change back that the database could not follow. Where that fails too, the member is asked to sign in.
    pub fn put_back(&self, former: Option<Ended>) {
        let _one_writer = self.one_writer();
        let _put_back = match former {
            Some(Ended(tokens)) => self.save(&tokens),
            None => self.store.remove(KEY),
        };
        *self.heard() = None;
        self.changes.ring();
    }

    /// Ends the member's session on this phone. What it gives back ends it at the gallery too, where that can be
    /// reached.
    ///
    /// # Errors
    /// [`SecureStoreError`]: the tokens are still there.
    pub fn end(&self, member: &MemberId) -> Result<Option<Ended>, SecureStoreError> {
        let _one_writer = self.one_writer();
        let Some(tokens) = self.load()?.filter(|tokens| tokens.member_id == *member) else { return Ok(None) };
        self.store.remove(KEY)?;
        *self.heard() = None;
        Ok(Some(Ended(tokens)))
    }

    /// Removes what is left of the tokens of `member`, whom the gallery has deleted.
    ///
    /// # Errors
    /// [`SecureStoreError`]: they are still there.
    pub fn forget(&self, member: &MemberId) -> Result<(), SecureStoreError> {
        let _one_writer = self.one_writer();
        // What cannot be read belongs to nobody.
        if self.load()?.is_none_or(|tokens| tokens.member_id == *member) {
            self.store.remove(KEY)?;
        }
        *self.heard() = None;
        Ok(())
    }

    /// Tells the gallery that a session has ended. A sign-out must work offline, so no answer is needed: the gallery's
    /// copy of the session then dies of age.
    pub async fn revoke(&self, Ended(tokens): Ended) {
        let request = ApiRequest::post("/v1/auth/sign-out", &RefreshRequest { refresh_token: &tokens.refresh_token });
        let _answer = self.client.send(&request, Some(&tokens.access_token)).await;
    }

    async fn access_token(&self, member: &MemberId, rejected: Option<&str>) -> Result<String, NoToken> {
        let tokens = self.usable(member)?;
        if !self.needs_refresh(&tokens, rejected) {
            return Ok(tokens.access_token);
        }
        let _single_flight = self.refresh.lock().await;
        let tokens = self.usable(member)?;
        if !self.needs_refresh(&tokens, rejected) {
            return Ok(tokens.access_token);
        }
        let request = ApiRequest::post("/v1/auth/refresh", &RefreshRequest { refresh_token: &tokens.refresh_token });
        let answer = self.client.send(&request, None).await;
        self.conclude(member, tokens, answer)
    }

    /// What a refresh brings.
    fn conclude(&self, member: &MemberId, tokens: Tokens, answer: Answer) -> Result<String, NoToken> {
        let _one_writer = self.one_writer();
        // Whoever signed in or out meanwhile, or refreshed in another process, has the last word.
        let present = self.usable(member)?;
        if present.refresh_token != tokens.refresh_token {
            return Ok(present.access_token);
        }
        match answer {
            Answer::Success(success) => {
                let answer = success.decode().map_err(|fault| NoToken::Answer(Answer::Failed(fault)))?;
                let fresh = self.tokens(tokens.member_id, answer);
                self.save(&fresh).map_err(no_token)?;
                Ok(fresh.access_token)
            }
            Answer::Problem(problem, _) if problem.slug == DELETED => {
                self.hear_of_deletion(member);
                Err(NoToken::SignInNeeded)
            }
            Answer::Problem(problem, _) if problem.status == StatusCode::UNAUTHORIZED => {
                self.store.remove(KEY).map_err(no_token)?;
                self.hear(member, false);
                Err(NoToken::SignInNeeded)
            }
            Answer::Problem(problem, retry_after)
                if asks_to_wait(problem.status) || problem.status == StatusCode::UPGRADE_REQUIRED =>
            {
                Err(NoToken::Answer(Answer::Problem(problem, retry_after)))
            }
            // What is wrong with the refresh must never be taken for an answer to the call.
            Answer::Problem(problem, _)
                if matches!(problem.status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN) =>
            {
                self.hear(member, false);
                Err(NoToken::SignInNeeded)
            }
            Answer::Problem(..) | Answer::NotModified => Err(NoToken::Answer(Answer::Failed(Fault::Foreign))),
            answer => Err(NoToken::Answer(answer)),
        }
    }

    fn needs_refresh(&self, tokens: &Tokens, rejected: Option<&str>) -> bool {
        rejected == Some(tokens.access_token.as_str())
            || self.clock.now() + EXPIRY_MARGIN >= time::from_millis(tokens.access_expires_at)
    }

    fn one_writer(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn usable(&self, member: &MemberId) -> Result<Tokens, NoToken> {
        let tokens = self.load().map_err(no_token)?;
        tokens.filter(|tokens| tokens.member_id == *member).ok_or_else(|| {
            self.hear(member, false);
            NoToken::SignInNeeded
        })
    }

    fn hear(&self, member: &MemberId, is_alive: bool) {
        if self.remember(member, is_alive, false) {
            self.changes.ring();
        }
    }

    fn hear_of_deletion(&self, member: &MemberId) {
        if self.remember(member, false, true) {
            self.changes.ring();
        }
    }

    /// Keeps what was heard of `member`'s session; says whether it is news.
    fn remember(&self, member: &MemberId, is_alive: bool, is_deleted: bool) -> bool {
        let mut heard = self.heard();
        match heard.as_mut().filter(|heard| heard.member_id == *member) {
            // A deleted member does not come to life again.
            Some(known) if known.is_deleted || (known.is_alive == is_alive && !is_deleted) => return false,
            Some(known) => (known.is_alive, known.is_deleted) = (is_alive, is_deleted),
            None => *heard = Some(Heard { member_id: member.clone(), is_alive, is_deleted }),
        }
        true
    }

    fn heard(&self) -> MutexGuard<'_, Option<Heard>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self, member_id: MemberId, answer: TokenAnswer) -> Tokens {
        let expires: DateTime<Utc> = self.clock.now() + Duration::seconds(i64::from(answer.access_expires_in_seconds));
        Tokens {
            member_id,
            access_token: answer.access_token,
            access_expires_at: time::to_millis(expires),
            refresh_token: answer.refresh_token,
        }
    }

    /// What cannot be read is no session: the member signs in again, nothing else is touched.
    fn load(&self) -> Result<Option<Tokens>, SecureStoreError> {
        Ok(self.store.load(KEY)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    fn save(&self, tokens: &Tokens) -> Result<(), SecureStoreError> {
        let bytes = serde_json::to_vec(tokens).map_err(|_| SecureStoreError::Failed("unserialisable".to_owned()))?;
        self.store.save(KEY, &bytes)
    }
}

fn no_token(error: SecureStoreError) -> NoToken {
    match error {
        // A failing store is met like a locked one: later, never "signed out".
        SecureStoreError::Locked | SecureStoreError::Failed(_) => NoToken::Locked,
    }
}
