//! The member's session: tokens in the secure store, one refresh at a time, never a call under another member.

use std::sync::Arc;

use ::http::StatusCode;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{Answer, ApiClient, ApiRequest, Fault};
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
}

impl Session {
    /// A session whose tokens lie in `store`.
    pub fn new(client: ApiClient, store: Arc<dyn SecureStore>, clock: Arc<dyn Clock>) -> Self {
        Self { client, store, clock, refresh: Mutex::new(()) }
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
        self.save(&self.tokens(member.clone(), answer))
    }

    /// Ends the session: on the server where it can be reached, on the phone in any case.
    ///
    /// # Errors
    /// [`SecureStoreError`]: the tokens are still there.
    pub async fn end(&self, member: &MemberId) -> Result<(), SecureStoreError> {
        if let Ok(Some(tokens)) = self.load()
            && tokens.member_id == *member
        {
            // A sign-out must work offline; the server's copy of the session then dies of age.
            let request =
                ApiRequest::post("/v1/auth/sign-out", &RefreshRequest { refresh_token: &tokens.refresh_token });
            let _answer = self.client.send(&request, Some(&tokens.access_token)).await;
        }
        self.store.remove(KEY)
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
        match self.client.send(&request, None).await {
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
            Answer::NotModified => Err(NoToken::Answer(Answer::Failed(Fault::Foreign))),
            answer => Err(NoToken::Answer(answer)),
        }
    }

    fn needs_refresh(&self, tokens: &Tokens, rejected: Option<&str>) -> bool {
        rejected == Some(tokens.access_token.as_str())
            || self.clock.now() + EXPIRY_MARGIN >= time::from_millis(tokens.access_expires_at)
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
