//! The few errors on which a shell acts. Rich causes stay inside; none of these texts holds personal data.

use std::time::Duration;

use crate::{
    account::SignInFault,
    http::{Answer, Fault, Problem, TlsError, TransportError, asks_to_wait},
    log::Code,
    ports::{EntropyError, SecureStoreError},
    storage::StorageError,
};

/// What a call of the core can end in. One variant for each thing that a shell would do differently.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// Nobody of the gallery answered: say "no connection", try again later. Nothing is lost.
    #[error("the gallery cannot be reached")]
    Unreachable,
    /// Somebody answered who cannot prove to be the gallery: say "the connection is not secure", and advise another
    /// network and a look at the phone's date. It may come wherever [`CoreError::Unreachable`] may. Nothing is lost.
    #[error("the connection is not secure")]
    Insecure,
    /// The gallery is busy: try again later.
    #[error("the gallery is busy")]
    Unavailable {
        /// How long to wait, where it said so.
        retry_after: Option<Duration>,
    },
    /// Nobody is signed in, or the session has ended: show the sign-in.
    #[error("sign-in is needed")]
    SignInNeeded,
    /// The phone has not been unlocked since it was started, or its secure store fails: try again later.
    #[error("the phone's secure store is locked")]
    Locked,
    /// The files are closed: call `resume` first.
    #[error("the app is paused")]
    Paused,
    /// This version of the app is no longer served: show "update the app".
    #[error("this version of the app is too old")]
    UpdateNeeded,
    /// The phone or the code was not accepted: show it at the field.
    #[error(transparent)]
    SignIn(#[from] SignInFault),
    /// There is no such thing, or not for this member.
    #[error("not found")]
    NotFound,
    /// What the gallery sent was refused when it was checked; the text is a code.
    #[error("the content was refused: {code}")]
    ContentRefused {
        /// A stable code, for instance of [`crate::scan::ImageFault`].
        code: String,
    },
    /// The gallery refused the call for a reason that this version does not know; the text is a code for support.
    #[error("refused: {code}")]
    Refused {
        /// The problem's name, or `status-NNN`.
        code: String,
    },
    /// The phone's storage: no room, damaged, newer than the app.
    #[error(transparent)]
    Storage(StorageError),
    /// The configuration, or the system under the app, is broken.
    #[error("the app cannot start: {0}")]
    Configuration(String),
}

impl CoreError {
    /// Its name in the log.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::fixed(match self {
            Self::Unreachable => "unreachable",
            Self::Insecure => "insecure",
            Self::Unavailable { .. } => "unavailable",
            Self::SignInNeeded => "sign-in-needed",
            Self::Locked => "locked",
            Self::Paused => "paused",
            Self::UpdateNeeded => "update-needed",
            Self::SignIn(_) => "sign-in",
            Self::NotFound => "not-found",
            Self::Configuration(_) => "configuration",
            Self::ContentRefused { code } | Self::Refused { code } => return Code::of(code),
            Self::Storage(error) => return error.code(),
        })
    }

    /// A call that did not succeed.
    #[must_use]
    pub fn of_answer(answer: Answer) -> Self {
        match answer {
            Answer::Problem(problem, retry_after) => Self::of_problem(&problem, retry_after),
            Answer::SignInNeeded => Self::SignInNeeded,
            Answer::Locked => Self::Locked,
            Answer::UpdateNeeded => Self::UpdateNeeded,
            Answer::Failed(fault) => fault.into(),
            Answer::NotModified | Answer::Success(_) => Self::Unreachable,
        }
    }

    /// A refusal of which the caller knows nothing special.
    #[must_use]
    pub fn of_problem(problem: &Problem, retry_after: Option<Duration>) -> Self {
        if asks_to_wait(problem.status) {
            return Self::Unavailable { retry_after };
        }
        match problem.status.as_u16() {
            401 => Self::SignInNeeded,
            404 => Self::NotFound,
            426 => Self::UpdateNeeded,
            status if problem.slug.is_empty() => Self::Refused { code: format!("status-{status}") },
            _ => Self::Refused { code: problem.slug.clone() },
        }
    }
}

impl From<StorageError> for CoreError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Paused => Self::Paused,
            error => Self::Storage(error),
        }
    }
}

impl From<Fault> for CoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Transport(TransportError::Insecure) => Self::Insecure,
            Fault::Transport(_) | Fault::Foreign => Self::Unreachable,
        }
    }
}

impl From<SecureStoreError> for CoreError {
    fn from(_: SecureStoreError) -> Self {
        Self::Locked
    }
}

impl From<EntropyError> for CoreError {
    fn from(error: EntropyError) -> Self {
        Self::Configuration(error.to_string())
    }
}

impl From<TlsError> for CoreError {
    fn from(error: TlsError) -> Self {
        Self::Configuration(error.to_string())
    }
}
