//! Notices and their texts.

use chrono::{DateTime, Utc};

use crate::{
    codes::coded_enum,
    explanation::{Explanation, NextStep, message_id},
    locale::{Argument, Texts},
};

coded_enum! {
    /// What a notice is about.
    pub enum NoticeKind {
        /// The phone's own file was damaged, and what could be saved of it was.
        Recovered = "recovered",
    }
}

/// Something that the member must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Names the notice.
    pub notice_id: i64,
    /// What it is about.
    pub kind: NoticeKind,
    /// The name of the file that was set aside, for support.
    pub set_aside: String,
    /// How many entries of the queue were saved.
    pub intents_saved: u32,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// What happened, what was saved, what to do.
    pub explanation: Explanation,
}

/// The notices for observers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticesSnapshot {
    /// Those that were not put away, the newest first.
    pub notices: Vec<Notice>,
}

pub(super) fn explain(kind: NoticeKind, intents_saved: u32, texts: &Texts) -> Explanation {
    let text = |group: &str, arguments: &[(&str, Argument<'_>)]| texts.text(&message_id(group, kind.code()), arguments);
    Explanation {
        state: text("notice", &[]),
        sentence: text("notice-sentence", &[("saved", Argument::Count(i64::from(intents_saved)))]),
        next_step: match kind {
            NoticeKind::Recovered => NextStep::ScanAgain,
            NoticeKind::Unknown => NextStep::UpdateApp,
        },
        next_step_sentence: text("notice-step", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    #[test]
    fn every_kind_is_explained_in_both_languages() {
        for texts in [Texts::new(Language::Ru), Texts::new(Language::En)] {
            for kind in NoticeKind::KNOWN.iter().chain([&NoticeKind::Unknown]) {
                for saved in [0, 1, 2, 5, 21] {
                    let explanation = explain(*kind, saved, &texts);
                    for text in [&explanation.state, &explanation.sentence, &explanation.next_step_sentence] {
                        assert!(!text.starts_with("notice") && !text.contains('{'), "{kind:?}: {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_was_saved_is_counted() {
        let sentence = |language, saved| explain(NoticeKind::Recovered, saved, &Texts::new(language)).sentence;
        assert!(sentence(Language::Ru, 21).contains("21 неотправленное действие"));
        assert!(sentence(Language::Ru, 3).contains("3 неотправленных действия"));
        assert!(sentence(Language::Ru, 5).contains("5 неотправленных действий"));
        assert!(sentence(Language::En, 1).contains("1 unsent action was"));
        assert!(!sentence(Language::En, 0).contains('0'));
    }
}
