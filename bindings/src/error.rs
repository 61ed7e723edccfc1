//! What calls end in.

use std::time::Duration;

use vremena_core::{
    account::{ConsentPurpose, SignInFault},
    error,
    scan::FrameFault,
    storage,
};

/// What a call can end in: one variant for each thing that a shell would do differently. None of the texts holds
/// personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CoreError {
    /// Nobody of the gallery answered: say "no connection", try again later. Nothing is lost.
    #[error("the gallery cannot be reached")]
    Unreachable,
    /// Somebody answered who cannot prove to be the gallery: say "the connection is not secure", and advise another
    /// network and a look at the phone's date. It may come wherever `Unreachable` may. Nothing is lost.
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
    /// The phone has not been unlocked since it was started, or its secure store fails: try again later. Nobody was
    /// signed out.
    #[error("the phone's secure store is locked")]
    Locked,
    /// The files are closed: call `resume` first. After `shut_down` that does not help: open again.
    #[error("the app is paused")]
    Paused,
    /// This version of the app is no longer served: show "update the app".
    #[error("this version of the app is too old")]
    UpdateNeeded,
    /// The phone number or the code was not accepted: show it at the field.
    #[error("the sign-in was not accepted")]
    SignIn {
        /// What the member can mend.
        fault: SignInFault,
    },
    /// There is no such thing, or not for this member.
    #[error("not found")]
    NotFound,
    /// What the gallery sent was refused when it was checked.
    #[error("the content was refused: {code}")]
    ContentRefused {
        /// A stable code.
        code: String,
    },
    /// The gallery refused the call for a reason that this version does not know.
    #[error("refused: {code}")]
    Refused {
        /// A stable code, for support: the problem's name, or `status-NNN`.
        code: String,
    },
    /// The phone's storage.
    #[error("storage: {detail}")]
    Storage {
        /// What can be done about it.
        fault: StorageFault,
        /// For support.
        detail: String,
    },
    /// The configuration, or the system under the app, is broken.
    #[error("the app cannot start: {detail}")]
    Configuration {
        /// For support.
        detail: String,
    },
    /// What the shell passed is no value of its kind; nothing was done.
    #[error("invalid argument: {code}")]
    InvalidArgument {
        /// A stable code: `drive_number`, `date`, `empty`, `too_large`, `bad_stride`, `short_buffer`.
        code: String,
    },
    /// A fault of the core's own: report it. The app can go on.
    #[error("internal fault")]
    Internal,
}

/// Why a phone number or a code was not accepted: what the member can mend.
#[uniffi::remote(Enum)]
pub enum SignInFault {
    /// No phone number.
    InvalidPhone,
    /// Not the code that was sent.
    WrongCode {
        /// How many tries are left before a new code is needed.
        attempts_left: Option<u32>,
    },
    /// The code was good once.
    CodeExpired,
    /// Too many codes or tries.
    TooManyTries {
        /// How long to wait, where the server said so.
        retry_after: Option<Duration>,
    },
    /// Nothing may be sent before these are read and decided.
    ConsentNeeded {
        /// What must be decided, anew where the text has changed.
        purposes: Vec<ConsentPurpose>,
    },
}

/// What is wrong with the phone's storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum StorageFault {
    /// No room on the disk: ask the member to make some. What was to be written is not written.
    Full,
    /// The files or their folder cannot be written.
    ReadOnly,
    /// A file is damaged. It is set aside, and what can be saved of it is; the next call works again.
    Damaged,
    /// An upgrade would have changed what the member has: the files stay as they were; show "contact support".
    UpgradeRefused,
    /// A file was written by a newer version of the app, and is left untouched: show "update the app".
    Newer,
    /// The files cannot be opened.
    Unavailable,
    /// Anything else.
    Failed,
}

impl From<error::CoreError> for CoreError {
    fn from(error: error::CoreError) -> Self {
        match error {
            error::CoreError::Unreachable => Self::Unreachable,
            error::CoreError::Insecure => Self::Insecure,
            error::CoreError::Unavailable { retry_after } => Self::Unavailable { retry_after },
            error::CoreError::SignInNeeded => Self::SignInNeeded,
            error::CoreError::Locked => Self::Locked,
            error::CoreError::Paused => Self::Paused,
            error::CoreError::UpdateNeeded => Self::UpdateNeeded,
            error::CoreError::SignIn(fault) => Self::SignIn { fault },
            error::CoreError::NotFound => Self::NotFound,
            error::CoreError::ContentRefused { code } => Self::ContentRefused { code },
            error::CoreError::Refused { code } => Self::Refused { code },
            error::CoreError::Storage(error) => Self::Storage { fault: (&error).into(), detail: error.to_string() },
            error::CoreError::Configuration(detail) => Self::Configuration { detail },
        }
    }
}

impl From<&storage::StorageError> for StorageFault {
    fn from(error: &storage::StorageError) -> Self {
        use storage::StorageError;
        match error {
            StorageError::Full => Self::Full,
            StorageError::ReadOnly(_) => Self::ReadOnly,
            StorageError::Damaged(_) => Self::Damaged,
            StorageError::Newer(_) => Self::Newer,
            StorageError::UpgradeRefused(_) => Self::UpgradeRefused,
            StorageError::Unavailable(_) => Self::Unavailable,
            StorageError::Paused | StorageError::Unreadable(_) | StorageError::Sqlite(_) => Self::Failed,
        }
    }
}

impl From<FrameFault> for CoreError {
    fn from(fault: FrameFault) -> Self {
        Self::invalid(fault.code())
    }
}

impl CoreError {
    pub(crate) fn invalid(code: &str) -> Self {
        Self::InvalidArgument { code: code.to_owned() }
    }
}
