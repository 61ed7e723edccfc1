//! What a member reads when something is not as they hoped: why, and the one next step.

use crate::{
    codes::coded_enum,
    locale::{Argument, Texts},
};

coded_enum! {
    /// The one thing to do next.
    pub enum NextStep {
        /// All is well, or nothing helps.
        Nothing = "nothing",
        /// The app checks by itself.
        Wait = "wait",
        /// Somebody has to see it.
        ShowAtDesk = "show-at-desk",
        /// Somebody there has to help.
        AskAtDesk = "ask-at-desk",
        /// A newer version knows more.
        UpdateApp = "update-app",
        /// Another picture of the same receipt.
        ScanAgain = "scan-again",
        /// The code on paper, not a link or another code.
        ScanPaperReceipt = "scan-paper-receipt",
        /// A receipt of the gallery that the programme takes.
        ScanAnotherReceipt = "scan-another-receipt",
        /// The details as they are printed on the receipt, in the form.
        EnterByHand = "enter-by-hand",
        /// The phone's clock is wrong.
        CheckClock = "check-clock",
        /// Another file.
        ChooseAnotherPicture = "choose-another-picture",
        /// The entry cannot be sent as it is.
        ContactSupport = "contact-support",
        /// Another event, or the same later.
        ChooseAnotherEvent = "choose-another-event",
        /// Ask the gallery to look at it again.
        Appeal = "appeal",
        /// Less of it.
        Shorten = "shorten",
        /// The same again, later.
        TryLater = "try-later",
    }
}

/// A state, its reason and the next step, in the app's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Two or three words; empty where nothing was kept.
    pub state: String,
    /// Why, in one sentence.
    pub sentence: String,
    /// What to do, as a code for the shell's button.
    pub next_step: NextStep,
    /// What to do, in one sentence.
    pub next_step_sentence: String,
}

impl Default for Explanation {
    fn default() -> Self {
        Self {
            state: String::new(),
            sentence: String::new(),
            next_step: NextStep::Nothing,
            next_step_sentence: String::new(),
        }
    }
}

impl Explanation {
    pub(crate) fn new(texts: &Texts, state: String, sentence: String, next_step: NextStep) -> Self {
        let next_step_sentence = texts.text(&message_id("step", next_step.code()), &[]);
        Self { state, sentence, next_step, next_step_sentence }
    }

    /// Of an entry in the queue that cannot be sent as it is, for the reason `code`.
    pub(crate) fn of_wedged(texts: &Texts, state: String, code: &str) -> Self {
        let sentence = texts.text("queue-wedged-sentence", &[("code", Argument::Text(code))]);
        Self::new(texts, state, sentence, NextStep::ContactSupport)
    }
}

/// The text of a code within a group of texts.
pub(crate) fn message_id(group: &str, code: &str) -> String {
    format!("{group}-{}", code.replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    #[test]
    fn every_step_has_its_text_in_both_languages() {
        for texts in [Texts::new(Language::Ru), Texts::new(Language::En)] {
            for step in NextStep::KNOWN {
                assert!(texts.find(&message_id("step", step.code())).is_some(), "{step:?}");
            }
        }
    }
}
