//! The member's session: tokens in the secure store, one refresh at a time, never a call under another member.

use std::sync::Arc;

use ::http::StatusCode;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{Answer, ApiClient, ApiRequest, Fault, asks_to_wait};
use crate::{
    ids::MemberId,
    ports::{Clock, SecureStore, SecureStoreError},
    time,
};

const KEY: &str = "session";
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
pub struct Ended(Tokens);

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
    /// Held over a refresh: whoever comes second finds the new tokens.
    refresh: Mutex<()>,
    /// Held while the store is read and then changed, never over an await.
    writing: std::sync::Mutex<()>,
}

impl Session {
    /// A session whose tokens lie in `store`.
    pub fn new(client: ApiClient, store: Arc<dyn SecureStore>, clock: Arc<dyn Clock>) -> Self {
        Self { client, store, clock, refresh: Mutex::new(()), writing: std::sync::Mutex::new(()) }
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
                    if rejected.is_some() {
                        return Answer::SignInNeeded;
                    }
                    rejected = Some(token);
                }
                answer => return answer,
            }
        }
    }

    /// Keeps the tokens of a sign-in.
    ///
    /// # Errors
    /// [`SecureStoreError`]: the member is not signed in then.
    pub fn begin(&self, member: &MemberId, answer: TokenAnswer) -> Result<(), SecureStoreError> {
        let _one_writer = self.one_writer();
        self.save(&self.tokens(member.clone(), answer))
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
        Ok(Some(Ended(tokens)))
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
            Answer::Problem(problem, _) if problem.status == StatusCode::UNAUTHORIZED => {
                self.store.remove(KEY).map_err(no_token)?;
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

    fn one_writer(&self) -> std::sync::MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn usable(&self, member: &MemberId) -> Result<Tokens, NoToken> {
        let tokens = self.load().map_err(no_token)?;
        tokens.filter(|tokens| tokens.member_id == *member).ok_or(NoToken::SignInNeeded)
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
