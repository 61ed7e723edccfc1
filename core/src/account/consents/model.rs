//! Consents: what is asked, what was decided, and what must be decided before a phone number may be sent.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{codes::coded_enum, explanation::Explanation};

coded_enum! {
    /// What personal data are used for. Each purpose has a document and a decision of its own.
    pub enum ConsentPurpose {
        /// Keeping the membership: nobody is a member without it.
        Processing = "processing",
        /// Advertising messages. The system's permission to notify is no consent to them.
        Advertising = "advertising",
        /// How the app is used, without names.
        Analytics = "analytics",
    }
}

coded_enum! {
    /// Why a decision cannot be made so.
    pub enum ConsentFault {
        /// Nobody is a member without this consent: the account can be deleted.
        Required = "consent-required",
        /// The text is another one than was read, or was not read: it is shown first.
        Outdated = "consent-outdated",
    }
}

/// What a member is asked to consent to, in the app's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentDocument {
    /// What for.
    pub purpose: ConsentPurpose,
    /// Another text is another version.
    pub version: u32,
    /// Whether nobody is a member without it.
    pub required: bool,
    /// One line.
    pub title: String,
    /// Plain text; a blank line ends a paragraph.
    pub text: String,
}

/// What was decided of one version of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentDecision {
    /// What for.
    pub purpose: ConsentPurpose,
    /// Of which text.
    pub version: u32,
    /// Yes or no.
    pub granted: bool,
    /// When, by the clock of the phone on which it was decided.
    pub decided_at: DateTime<Utc>,
}

/// What became of a signed-in member's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentChange {
    /// It is on the disk, and goes to the gallery as soon as it can.
    Queued(ConsentDecision),
    /// It was decided so before.
    Unchanged(ConsentDecision),
    /// It cannot be decided so; nothing was kept.
    NotAccepted {
        /// Why.
        fault: ConsentFault,
        /// The same for the member.
        explanation: Explanation,
    },
}

/// What is asked of one purpose: its version, and whether nobody is a member without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub purpose: ConsentPurpose,
    pub version: u32,
    pub required: bool,
}

/// The purposes that must be decided before a phone number may be sent: required ones without a yes, and those whose
/// yes is to another text than the present one. Where no document is known, the one that must exist is required.
#[must_use]
pub fn undecided(asked: &[Asked], decisions: &[ConsentDecision]) -> Vec<ConsentPurpose> {
    let decision = |purpose| decisions.iter().find(|decision| decision.purpose == purpose && decision.granted);
    if asked.is_empty() {
        let processing = ConsentPurpose::Processing;
        return if decision(processing).is_some() { Vec::new() } else { vec![processing] };
    }
    asked
        .iter()
        .filter(|asked| match decision(asked.purpose) {
            Some(yes) => yes.version != asked.version,
            None => asked.required,
        })
        .map(|asked| asked.purpose)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use ConsentPurpose::{Advertising, Analytics, Processing};

    const PURPOSES: [ConsentPurpose; 3] = [Processing, Advertising, Analytics];

    fn asked(purpose: ConsentPurpose, version: u32, required: bool) -> Asked {
        Asked { purpose, version, required }
    }

    fn decided(purpose: ConsentPurpose, version: u32, granted: bool) -> ConsentDecision {
        ConsentDecision { purpose, version, granted, decided_at: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn required_ones_need_a_yes_and_others_a_yes_to_this_text() {
        let documents = [asked(Processing, 2, true), asked(Advertising, 2, false), asked(Analytics, 1, false)];
        assert_eq!(undecided(&documents, &[]), [Processing]);
        assert_eq!(undecided(&documents, &[decided(Processing, 2, false)]), [Processing]);
        assert_eq!(undecided(&documents, &[decided(Processing, 1, true)]), [Processing]);
        let old_yes = [decided(Processing, 2, true), decided(Advertising, 1, true)];
        assert_eq!(undecided(&documents, &old_yes), [Advertising]);
        let old_no = [decided(Processing, 2, true), decided(Advertising, 1, false)];
        assert!(undecided(&documents, &old_no).is_empty());
    }

    #[test]
    fn without_documents_the_gallery_judges_all_but_a_missing_yes() {
        assert_eq!(undecided(&[], &[]), [Processing]);
        assert!(undecided(&[], &[decided(Processing, 9, true)]).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_sent_without_every_required_yes_to_the_present_text(
            rows in prop::collection::vec((0u32..3, any::<bool>(), 0u32..3, any::<bool>(), any::<bool>()), 3),
        ) {
            let documents: Vec<_> =
                PURPOSES.iter().zip(&rows).map(|(purpose, row)| asked(*purpose, row.0, row.1)).collect();
            let decisions: Vec<_> = PURPOSES
                .iter()
                .zip(&rows)
                .filter(|(_, row)| row.4)
                .map(|(purpose, row)| decided(*purpose, row.2, row.3))
                .collect();
            let undecided = undecided(&documents, &decisions);
            for document in &documents {
                let yes = decisions.iter().find(|yes| yes.purpose == document.purpose && yes.granted);
                let is_fine = yes.map_or(!document.required, |yes| yes.version == document.version);
                prop_assert_eq!(is_fine, !undecided.contains(&document.purpose));
            }
        }
    }
}
