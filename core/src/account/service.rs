//! Signing in and out.

use std::{
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Mutex;

use super::{
    CodeRequest, Member, Phone,
    codes::{self, AskedCode},
    consents::{self, Asked, ConsentPurpose},
    store,
    wire::{CodeAnswer, CodeRequestBody, SessionAnswer, SessionRequestBody},
};
use crate::{
    error::CoreError,
    http::{Answer, ApiRequest, Problem, Session, SessionState, TokenAnswer},
    locale::Texts,
    observe::{Changes, Wake},
    outbox::Outbox,
    ports::Ports,
    storage::Storage,
    sync::Sync,
    wallet::Wallet,
};

/// Why a phone or a code was not accepted: what the member can mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
    /// Nothing may be sent before these are read and decided: [`Account::consent_documents`],
    /// [`Account::decide_consents`].
    #[error("consent is needed")]
    ConsentNeeded {
        /// What must be decided, anew where the text has changed.
        purposes: Vec<ConsentPurpose>,
    },
}

/// The account of whoever holds the phone.
pub struct Account {
    pub(super) storage: Storage,
    pub(super) session: Arc<Session>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) sync: Arc<Sync>,
    pub(super) wallet: Arc<Wallet>,
    pub(super) ports: Ports,
    pub(super) texts: Arc<Texts>,
    pub(super) changes: Changes,
    pub(super) wake: Arc<Wake>,
    /// Signing in and out change the store and the database: one of them at a time.
    pub(super) switching: Mutex<()>,
    /// The documents that were handed out: nobody decides of what nobody has read.
    shown: std::sync::Mutex<Vec<Asked>>,
    asked_code: std::sync::Mutex<Option<AskedCode>>,
    opened: std::sync::Mutex<Option<Opened>>,
}

/// A session that the gallery has opened and the phone could not store yet: the code is good no more.
#[derive(Clone)]
struct Opened {
    phone: Phone,
    code: String,
    member: Member,
    tokens: TokenAnswer,
}

/// What an account works with.
pub(crate) struct AccountParts {
    pub storage: Storage,
    pub session: Arc<Session>,
    pub outbox: Arc<Outbox>,
    pub sync: Arc<Sync>,
    pub wallet: Arc<Wallet>,
    pub ports: Ports,
    pub texts: Arc<Texts>,
    pub changes: Changes,
    pub wake: Arc<Wake>,
}

impl Account {
    pub(crate) fn new(parts: AccountParts) -> Self {
        let AccountParts { storage, session, outbox, sync, wallet, ports, texts, changes, wake } = parts;
        Self {
            storage,
            session,
            outbox,
            sync,
            wallet,
            ports,
            texts,
            changes,
            wake,
            switching: Mutex::const_new(()),
            shown: std::sync::Mutex::default(),
            asked_code: std::sync::Mutex::default(),
            opened: std::sync::Mutex::default(),
        }
    }

    /// Who is signed in, also while the session has expired or there is no network.
    ///
    /// # Errors
    /// [`CoreError::Storage`]
    pub async fn member(&self) -> Result<Option<Member>, CoreError> {
        Ok(self.storage.member.read(store::active_member).await?)
    }

    /// Whether calls of the member who is signed in go out, as far as the phone knows. While it has expired everything
    /// on the phone stays readable. [`crate::home::HomeSnapshot::session`] tells when it changes.
    ///
    /// # Errors
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn session_state(&self) -> Result<SessionState, CoreError> {
        let member = self.storage.member.read(store::active_member_id).await?;
        Ok(member.map_or(SessionState::SignedOut, |member| self.session.state(&member)))
    }

    /// Asks for a code to be sent to `phone`. What was decided of the consents goes with it, and must be decided
    /// before. Before another code may be asked for, nobody is asked.
    ///
    /// # Errors
    /// [`CoreError::SignIn`], [`CoreError::Unreachable`], [`CoreError::Unavailable`], [`CoreError::UpdateNeeded`],
    /// [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn request_code(&self, phone: &str) -> Result<CodeRequest, CoreError> {
        let phone: Phone = phone.parse().map_err(|_| SignInFault::InvalidPhone)?;
        let consents = self.decided_before_code().await?;
        let now = self.ports.clock.now();
        if let Some(wait) = self.asked_code().as_ref().and_then(|asked| asked.wait(&phone, now)) {
            return Err(SignInFault::TooManyTries { retry_after: Some(wait) }.into());
        }
        let body = CodeRequestBody { phone: phone.as_str(), consents: &consents };
        match self.session.call_open(&ApiRequest::post("/v1/auth/code", &body)).await {
            Answer::Success(success) => {
                let sent = CodeRequest::from(success.decode::<CodeAnswer>()?);
                *self.asked_code() = Some(AskedCode::new(phone, now, sent.resend_after, consents));
                Ok(sent)
            }
            answer => {
                let error = refused(answer);
                match &error {
                    CoreError::SignIn(SignInFault::TooManyTries { retry_after: Some(wait) }) => {
                        *self.asked_code() = Some(AskedCode::new(phone, now, *wait, Vec::new()));
                    }
                    CoreError::SignIn(SignInFault::ConsentNeeded { .. }) => self.documents_are_outdated().await,
                    _ => {}
                }
                Err(error)
            }
        }
    }

    /// Signs in with the code that was sent. The queue and history of this member, if any, are there again; the
    /// consents that were decided before are theirs. Where the phone could not store it, everything is as before, and
    /// the same code does it once it can.
    ///
    /// # Errors
    /// [`CoreError::SignIn`], [`CoreError::Locked`], [`CoreError::Unreachable`], [`CoreError::Unavailable`],
    /// [`CoreError::Storage`]
    pub async fn sign_in(&self, phone: &str, code: &str) -> Result<Member, CoreError> {
        let phone: Phone = phone.parse().map_err(|_| SignInFault::InvalidPhone)?;
        // What is no code must not cost a try.
        let code = codes::digits(code).ok_or(SignInFault::WrongCode { attempts_left: None })?;
        // Nor must a phone that cannot keep the session.
        self.session.check_store()?;
        self.check_consents().await?;
        self.finish_deletions().await;
        let kept = self.opened().clone().filter(|opened| opened.phone == phone && opened.code == code);
        let Opened { phone, member, tokens, .. } = match kept {
            Some(kept) => kept,
            None => self.open_session(phone, code).await?,
        };
        let _one_at_a_time = self.switching.lock().await;
        let before = self.storage.member.read(store::active_member_id).await?;
        let gone = before.filter(|before| *before != member.member_id && self.session.is_deleted(before));
        // Tokens first: an active member without a session is asked to sign in, a session without its member is
        // never used.
        let former = self.session.begin(&member.member_id, tokens)?;
        let (stored, entropy, now) = (member.clone(), Arc::clone(&self.ports.entropy), self.ports.clock.now());
        let told = self.asked_code().as_ref().map_or_else(Vec::new, |asked| asked.consents(&phone).to_vec());
        let marked = gone.clone();
        let activated = self.storage.member.write(move |tx| {
            if let Some(gone) = marked {
                store::mark_deleted(tx, &gone)?;
            }
            store::activate(tx, &stored)?;
            consents::adopt(tx, &stored.member_id, &told, entropy.as_ref(), now)
        });
        if let Err(error) = activated.await {
            self.session.put_back(former);
            return Err(error);
        }
        *self.opened() = None;
        self.changes.ring();
        if let Some(gone) = gone
            && let Err(error) = self.erase(gone).await
        {
            self.tell_of_failure(&error);
        }
        self.wake.all();
        Ok(member)
    }

    async fn open_session(&self, phone: Phone, code: String) -> Result<Opened, CoreError> {
        let body = SessionRequestBody { phone: phone.as_str(), code: &code };
        match self.session.call_open(&ApiRequest::post("/v1/auth/session", &body)).await {
            Answer::Success(success) => {
                let SessionAnswer { tokens, member } = success.decode()?;
                let opened = Opened { phone, code, member: member.into(), tokens };
                *self.opened() = Some(opened.clone());
                Ok(opened)
            }
            answer => Err(refused(answer)),
        }
    }

    /// Signs out. What the member has not sent yet stays on the phone and goes when they are back.
    ///
    /// # Errors
    /// [`CoreError::Locked`], [`CoreError::Storage`]
    pub async fn sign_out(&self) -> Result<(), CoreError> {
        let ended = {
            let _one_at_a_time = self.switching.lock().await;
            let Some(member) = self.storage.member.read(store::active_member_id).await? else { return Ok(()) };
            let ended = self.session.end(&member)?;
            if let Err(error) = self.storage.member.write(move |tx| store::deactivate(tx, &member)).await {
                if ended.is_some() {
                    self.session.put_back(ended);
                }
                return Err(error.into());
            }
            self.changes.ring();
            ended
        };
        if let Some(ended) = ended {
            self.session.revoke(ended).await;
        }
        Ok(())
    }

    pub(super) fn shown(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked_code(&self) -> MutexGuard<'_, Option<AskedCode>> {
        self.asked_code.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self) -> MutexGuard<'_, Option<Opened>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
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
        "consent-needed" => SignInFault::ConsentNeeded { purposes: consents::wire::needed(problem) },
        _ => return None,
    })
}
