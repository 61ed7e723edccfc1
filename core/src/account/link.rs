//! Linking a card that the reception gave out.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Account, Phone, SignInFault, codes, store};
use crate::{
    codes::coded_enum,
    error::CoreError,
    explanation::{Explanation, NextStep, message_id},
    http::{Answer, ApiRequest},
    ports::random_token,
    sync::Topic,
};

/// Which card. It is never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum CardLink {
    /// By its number, as people type it.
    Number(String),
    /// By the phone that the reception knows it by: the one that was signed in with. The gallery finds no card by
    /// another, or whoever knows a phone would have its card.
    Phone(String),
}

/// The card is the member's, with its history.
#[derive(Clone, PartialEq, Eq)]
pub struct CardLinked {
    /// The card's number.
    pub number: String,
    /// Since when it is linked.
    pub linked_at: DateTime<Utc>,
    /// How many receipts came with it.
    pub receipts: u32,
}

coded_enum! {
    /// Why a card was not linked.
    pub enum CardLinkFault {
        /// There is no such card.
        CardUnknown = "card-unknown",
        /// The reception has blocked it.
        CardBlocked = "card-blocked",
        /// It is another member's.
        LinkedToAnother = "card-linked-to-another",
        /// Several cards have this phone.
        PhoneNotUnique = "phone-not-unique",
    }
}

/// What became of a linking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardLinking {
    /// The card is the member's; what it brings is pulled next.
    Linked(CardLinked),
    /// It stays as it was.
    NotAccepted {
        /// Why.
        fault: CardLinkFault,
        /// The same for the member.
        explanation: Explanation,
    },
}

#[derive(Serialize)]
struct LinkBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
}

#[derive(Deserialize)]
struct LinkAnswer {
    number: String,
    linked_at: DateTime<Utc>,
    receipts: u32,
}

impl Account {
    /// Links a card that the reception gave out to the member who is signed in: its history becomes theirs. Linking it
    /// again changes nothing, so an unknown outcome is resolved by asking again.
    ///
    /// # Errors
    /// [`CoreError::SignInNeeded`], [`CoreError::Locked`], [`CoreError::Unreachable`], [`CoreError::Unavailable`],
    /// [`CoreError::Storage`], [`CoreError::Paused`]; [`SignInFault::InvalidPhone`] for what is no phone number.
    pub async fn link_card(&self, card: CardLink) -> Result<CardLinking, CoreError> {
        let body = match card {
            CardLink::Number(number) => match codes::digits(&number) {
                Some(number) => LinkBody { number: Some(number), phone: None },
                None => return Ok(self.not_linked(CardLinkFault::CardUnknown)),
            },
            CardLink::Phone(phone) => {
                let phone: Phone = phone.parse().map_err(|_| SignInFault::InvalidPhone)?;
                LinkBody { number: None, phone: Some(phone.as_str().to_owned()) }
            }
        };
        let member = self.storage.member.read(store::active_member_id).await?.ok_or(CoreError::SignInNeeded)?;
        let key = random_token::<16>(self.ports.entropy.as_ref())?;
        let request = ApiRequest::post("/v1/member/card-link", &body).idempotent(key);
        match self.session.call(&member, &request).await {
            Answer::Success(success) => {
                let LinkAnswer { number, linked_at, receipts } = success.decode()?;
                self.changes.ring();
                self.wake.pull(Topic::KNOWN);
                Ok(CardLinking::Linked(CardLinked { number, linked_at, receipts }))
            }
            Answer::Problem(problem, retry_after) => match CardLinkFault::of_code(&problem.slug) {
                CardLinkFault::Unknown => Err(CoreError::of_problem(&problem, retry_after)),
                fault => Ok(self.not_linked(fault)),
            },
            answer => Err(CoreError::of_answer(answer)),
        }
    }

    fn not_linked(&self, fault: CardLinkFault) -> CardLinking {
        let sentence = self.texts.text(&message_id("card-link-fault", fault.code()), &[]);
        let explanation = Explanation::new(&self.texts, String::new(), sentence, NextStep::AskAtDesk);
        CardLinking::NotAccepted { fault, explanation }
    }
}

impl fmt::Debug for CardLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number(_) => "Number(…)",
            Self::Phone(_) => "Phone(…)",
        })
    }
}

impl fmt::Debug for CardLinked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardLinked({} receipts)", self.receipts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Texts};

    #[test]
    fn what_leads_to_a_person_is_not_shown() {
        let number = "4081507726610394";
        let linked = CardLinked { number: number.to_owned(), linked_at: DateTime::UNIX_EPOCH, receipts: 2 };
        let links = [CardLink::Number(number.to_owned()), CardLink::Phone("+79000000001".to_owned())];
        let shown = format!("{:?} {links:?}", CardLinking::Linked(linked));
        assert!(!shown.contains(number) && !shown.contains("79000000001"), "{shown}");
    }

    #[test]
    fn every_fault_has_its_sentence_in_both_languages() {
        for texts in [Texts::new(Language::Ru), Texts::new(Language::En)] {
            for fault in CardLinkFault::KNOWN.iter().copied().chain([CardLinkFault::Unknown]) {
                assert!(texts.find(&message_id("card-link-fault", fault.code())).is_some(), "{fault:?}");
            }
        }
    }
}
