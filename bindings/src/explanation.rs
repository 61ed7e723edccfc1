//! What a member reads when something is not as they hoped.

pub use vremena_core::explanation::{Explanation, NextStep};

/// A state, its reason and the next step, in the app's language.
#[uniffi::remote(Record)]
pub struct Explanation {
    /// Two or three words; empty where nothing was kept.
    pub state: String,
    /// Why, in one sentence.
    pub sentence: String,
    /// What to do, for the shell's button.
    pub next_step: NextStep,
    /// What to do, in one sentence.
    pub next_step_sentence: String,
}

/// The one thing to do next.
#[uniffi::remote(Enum)]
pub enum NextStep {
    /// All is well, or nothing helps.
    Nothing,
    /// The app checks by itself.
    Wait,
    /// Somebody has to see it.
    ShowAtDesk,
    /// Somebody there has to help.
    AskAtDesk,
    /// A newer version knows more.
    UpdateApp,
    /// Another picture of the same receipt.
    ScanAgain,
    /// The code on paper, not a link or another code.
    ScanPaperReceipt,
    /// A receipt of the gallery that the programme takes.
    ScanAnotherReceipt,
    /// The details as they are printed on the receipt, in the form.
    EnterByHand,
    /// The phone's clock is wrong.
    CheckClock,
    /// Another file.
    ChooseAnotherPicture,
    /// The entry cannot be sent as it is.
    ContactSupport,
    /// Another event, or the same later.
    ChooseAnotherEvent,
    /// Ask the gallery to look at it again.
    Appeal,
    /// Less of it.
    Shorten,
    /// The same again, later.
    TryLater,
    /// Of a newer version than this one.
    Unknown,
}
