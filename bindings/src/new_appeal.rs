//! An appeal about to be made.

use std::fmt;

use vremena_core::{appeals, explanation::Explanation, scan::Rotation};

use crate::appeals::Appeal;

/// What an appeal about a receipt would begin with.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct AppealDraft {
    /// The receipt.
    pub local_id: i64,
    /// Its requisites, sum, time and verdict, line by line.
    pub requisites: String,
    /// The id that also the gallery's log has for it.
    pub trace_id: Option<String>,
    /// Whether the picture that it was captured from is there to go with it.
    pub has_picture: bool,
    /// The most characters of a comment.
    pub longest_comment: u32,
    /// The most photographs, the captured picture among them.
    pub most_photographs: u32,
    /// Why there can be no appeal now.
    pub refusal: Option<AppealRefusal>,
}

impl From<appeals::AppealDraft> for AppealDraft {
    fn from(draft: appeals::AppealDraft) -> Self {
        Self {
            local_id: draft.local_id,
            requisites: draft.requisites,
            trace_id: draft.trace_id,
            has_picture: draft.has_picture,
            longest_comment: draft.longest_comment,
            most_photographs: draft.most_photographs,
            refusal: draft.refusal.map(|(fault, explanation)| AppealRefusal::new(&fault, explanation)),
        }
    }
}

impl fmt::Debug for AppealDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.refusal.as_ref().map(|refusal| &refusal.reason);
        write!(f, "AppealDraft({} {reason:?})", self.local_id)
    }
}

/// Why there can be no such appeal.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AppealRefusal {
    /// A stable code.
    pub reason: String,
    /// The photograph that cannot be read, from 0.
    pub photograph: Option<u32>,
    /// The same for the member.
    pub explanation: Explanation,
}

impl AppealRefusal {
    fn new(fault: &appeals::AppealFault, explanation: Explanation) -> Self {
        let photograph = match fault {
            appeals::AppealFault::Photograph { number, .. } => Some(*number),
            _ => None,
        };
        Self { reason: fault.code().to_owned(), photograph, explanation }
    }
}

/// What the member adds to a draft.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct NewAppeal {
    /// May be empty.
    pub comment: String,
    /// JPEG, PNG or WebP files, as large as the scanner takes them.
    #[uniffi(default = [])]
    pub photographs: Vec<Vec<u8>>,
    /// Whether the picture that the receipt was captured from goes with them, as the first one.
    #[uniffi(default = false)]
    pub with_picture: bool,
}

impl From<NewAppeal> for appeals::NewAppeal {
    fn from(new: NewAppeal) -> Self {
        Self { comment: new.comment, photographs: new.photographs, with_picture: new.with_picture }
    }
}

impl fmt::Debug for NewAppeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewAppeal({} photographs, picture: {})", self.photographs.len(), self.with_picture)
    }
}

/// What became of an appeal that a member made.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum AppealSubmission {
    /// It is on the disk with its photographs, and will be sent.
    Queued {
        /// As it is now.
        appeal: Appeal,
    },
    /// It cannot be sent so; nothing was kept.
    NotAccepted {
        /// Why.
        refusal: AppealRefusal,
    },
}

impl From<appeals::AppealSubmission> for AppealSubmission {
    fn from(submission: appeals::AppealSubmission) -> Self {
        match submission {
            appeals::AppealSubmission::Queued(appeal) => Self::Queued { appeal: appeal.into() },
            appeals::AppealSubmission::NotAccepted { fault, explanation } => {
                Self::NotAccepted { refusal: AppealRefusal::new(&fault, explanation) }
            }
        }
    }
}

/// What a receipt was captured from, as the scanner was given it.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum CapturedPicture {
    /// A picture file: JPEG, PNG or WebP.
    File {
        /// The whole file.
        bytes: Vec<u8>,
    },
    /// A camera's frame, as `LiveScanner.frame` takes it.
    Frame {
        /// One byte of luminance a pixel.
        luma: Vec<u8>,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Bytes a row.
        stride: u32,
        /// How far it must be turned to stand upright.
        rotation: Rotation,
    },
}

impl From<CapturedPicture> for appeals::CapturedPicture {
    fn from(picture: CapturedPicture) -> Self {
        match picture {
            CapturedPicture::File { bytes } => Self::File(bytes),
            CapturedPicture::Frame { luma, width, height, stride, rotation } => {
                Self::Frame { luma, width, height, stride, rotation }
            }
        }
    }
}

impl fmt::Debug for CapturedPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { bytes } => write!(f, "CapturedPicture({} bytes)", bytes.len()),
            Self::Frame { width, height, .. } => write!(f, "CapturedPicture({width} x {height})"),
        }
    }
}
