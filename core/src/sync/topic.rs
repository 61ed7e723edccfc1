//! What there is to pull, and which of it a reason asks for. Pure.

use std::time::Duration;

use crate::codes::coded_enum;

coded_enum! {
    /// A resource of the gallery. Its code is also the hint of a push.
    pub enum Topic {
        /// The programme's rules.
        Rules = "rules",
        /// Receipts with their verdicts.
        Receipts = "receipts",
        /// The programme's ledger.
        Ledger = "ledger",
        /// The member's own record: the tier.
        Member = "member",
        /// The card.
        Card = "card",
        /// Events and registrations.
        Events = "events",
        /// News and promotions.
        Feed = "feed",
        /// What the member has consented to.
        Consents = "consents",
        /// Appeals and their answers.
        Appeals = "appeals",
    }
}

/// What a verdict changes.
pub const VERDICT: &[Topic] = &[Topic::Receipts, Topic::Ledger, Topic::Member];

/// Why there is a pull.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The app was opened, or has a member it did not have before; or nothing has been pulled for long.
    Everything,
    /// The app is in the foreground again, or the network is back.
    Returned,
    /// A push or an answer says that these have changed.
    Told(Vec<Topic>),
    /// Something waits for a verdict.
    Pending,
}

impl Reason {
    /// Whether `topic`, last pulled `age` ago, is asked for. What seldom changes is not asked for at every look at the
    /// phone; a member who has just made a purchase looks at nothing else.
    #[must_use]
    pub fn wants(&self, topic: Topic, age: Option<Duration>) -> bool {
        match self {
            Self::Everything => true,
            Self::Returned => age.is_none_or(|age| age >= freshness(topic)),
            Self::Told(topics) => topics.contains(&topic),
            Self::Pending => VERDICT.contains(&topic),
        }
    }

    /// The same, and `others` as well.
    #[must_use]
    pub fn and(self, others: Vec<Topic>) -> Self {
        let mut topics = match self {
            Self::Everything | Self::Returned => return Self::Everything,
            Self::Told(topics) => topics,
            Self::Pending => VERDICT.to_vec(),
        };
        for topic in others {
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        Self::Told(topics)
    }
}

/// How long what was pulled is taken to be current.
const fn freshness(topic: Topic) -> Duration {
    Duration::from_secs(match topic {
        // A network that comes and goes is no reason to ask the same again.
        Topic::Receipts | Topic::Ledger | Topic::Member | Topic::Unknown => 5,
        Topic::Events | Topic::Feed | Topic::Appeals => 60,
        Topic::Card => 5 * 60,
        Topic::Rules | Topic::Consents => 60 * 60,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(reason: &Reason, age: Option<u64>) -> Vec<Topic> {
        let age = age.map(Duration::from_secs);
        Topic::KNOWN.iter().copied().filter(|topic| reason.wants(*topic, age)).collect()
    }

    #[test]
    fn a_look_at_the_phone_asks_for_what_changes_and_the_rest_when_it_is_old() {
        assert_eq!(wanted(&Reason::Returned, Some(1)), [], "a network that comes and goes");
        assert_eq!(wanted(&Reason::Returned, Some(5)), VERDICT);
        assert!(wanted(&Reason::Returned, Some(60)).contains(&Topic::Events));
        assert!(!wanted(&Reason::Returned, Some(60)).contains(&Topic::Rules));
        assert_eq!(wanted(&Reason::Returned, Some(3600)), Topic::KNOWN);
        assert_eq!(wanted(&Reason::Returned, None), Topic::KNOWN, "what was never pulled");
    }

    #[test]
    fn whoever_waits_for_a_verdict_pays_for_nothing_else() {
        assert_eq!(wanted(&Reason::Pending, None), VERDICT);
        assert_eq!(wanted(&Reason::Told(vec![Topic::Events]), Some(0)), [Topic::Events]);
        assert_eq!(wanted(&Reason::Everything, Some(0)), Topic::KNOWN);
        let both = [Topic::Receipts, Topic::Ledger, Topic::Member, Topic::Events];
        assert_eq!(wanted(&Reason::Pending.and(vec![Topic::Events]), Some(0)), both);
    }
}
