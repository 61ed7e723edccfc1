//! What happens after each answer. Pure: the same answer, attempts, instant and jitter give the same decision.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Meaning;
use crate::{
    backoff::{self, LONGEST_ASKED, half_jitter, settling, window},
    http::{Answer, asks_everybody_to_wait, asks_to_wait},
};

pub use crate::backoff::LONGEST_WAIT;

const FIRST_WAIT: Duration = Duration::from_secs(2);
/// Never at once: jitter may be nothing.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);
const SHORTEST_AGAIN: Duration = Duration::from_secs(5);
const LONGEST_AGAIN: Duration = Duration::from_secs(5 * 60);
/// A gallery that is busy and does not say for how long.
const LONGEST_BUSY: Duration = Duration::from_secs(5 * 60);
const FIRST_RECONNECT: Duration = Duration::from_secs(1);
const LONGEST_RECONNECT: Duration = Duration::from_secs(5 * 60);

/// What to do with an entry after an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The answer ends the entry: carried out.
    Done,
    /// The answer ends the entry: carried out by an earlier request.
    AlreadyDone,
    /// The answer ends the entry: "no".
    Refused,
    /// This entry not before this instant; an attempt is spent.
    Wait(Until),
    /// The gallery is busy: no entry before this instant; an attempt is spent.
    Hold(Until),
    /// Nobody of the gallery answered; no attempt is spent, and no other entry need be tried now.
    Unreachable,
    /// The member must sign in; the entry is kept as it is.
    SignInNeeded,
    /// The secure store is locked; the entry is kept as it is.
    Locked,
    /// This version of the app is no longer served; the entry is kept as it is.
    UpdateNeeded,
    /// This entry cannot be sent as it is; the text is a code for the member's and support's eyes.
    Wedged(String),
}

/// How long to leave an entry, or the gallery, alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Until {
    /// Not before this instant.
    pub instant: DateTime<Utc>,
    /// Whether the gallery named it: then nothing brings it forward, for it was said to everybody.
    pub is_asked: bool,
}

/// Decides. `meaning` is what the entry's kind makes of a problem; `attempts` is how often in a row the gallery asked
/// to come again, this entry or the whole queue, whichever is more; `jitter` is random in `0.0..1.0`.
#[must_use]
pub fn decide(answer: &Answer, meaning: Option<Meaning>, attempts: u32, now: DateTime<Utc>, jitter: f64) -> Decision {
    match answer {
        Answer::Success(_) => Decision::Done,
        Answer::NotModified | Answer::Failed(_) => Decision::Unreachable,
        Answer::SignInNeeded => Decision::SignInNeeded,
        Answer::Locked => Decision::Locked,
        Answer::UpdateNeeded => Decision::UpdateNeeded,
        Answer::Problem(problem, retry_after) if asks_to_wait(problem.status) => {
            let is_asked = retry_after.is_some();
            let until = |wait: Duration| Until { instant: now + wait.max(SHORTEST_WAIT), is_asked };
            if asks_everybody_to_wait(problem.status, *retry_after) {
                Decision::Hold(until(busy_wait(*retry_after, attempts, jitter)))
            } else {
                Decision::Wait(until(settling(FIRST_WAIT, attempts, LONGEST_ASKED, jitter)))
            }
        }
        Answer::Problem(problem, _) if problem.status.as_u16() == 426 => Decision::UpdateNeeded,
        Answer::Problem(problem, _) => match meaning.unwrap_or(Meaning::NotUnderstood) {
            Meaning::AlreadyDone => Decision::AlreadyDone,
            Meaning::Refused => Decision::Refused,
            Meaning::NotUnderstood if problem.slug.is_empty() => {
                Decision::Wedged(format!("status-{}", problem.status.as_u16()))
            }
            Meaning::NotUnderstood => Decision::Wedged(problem.slug.clone()),
        },
    }
}

/// When an entry that waits of itself is due once there is a reason to hope: the gallery has answered something
/// (`heard`), or the phone has come to the foreground or to a network. At once, but for entries that fail for a reason
/// of their own: what is heard brings those forward less and less, and nothing twice within [`SHORTEST_AGAIN`].
#[must_use]
pub fn brought_forward(
    heard: bool,
    attempts: u32,
    tried_at: DateTime<Utc>,
    now: DateTime<Utc>,
    jitter: f64,
) -> DateTime<Utc> {
    let spacing = if heard {
        // Half of it is certain: of many draws, one for each thing heard, the shortest counts.
        half_jitter(window(FIRST_WAIT, attempts, LONGEST_AGAIN), jitter).max(SHORTEST_AGAIN)
    } else {
        SHORTEST_AGAIN
    };
    // A clock that was set back must not make the future of it.
    now.max(tried_at.min(now) + spacing)
}

/// How long to leave the network alone after so many failures in a row: at first within seconds, at last every four
/// or five minutes, so that a crowd that lost the gallery together does not come back together.
#[must_use]
pub fn reconnect_delay(failures: u32, jitter: f64) -> Duration {
    settling(FIRST_RECONNECT, failures, LONGEST_RECONNECT, jitter).max(SHORTEST_WAIT)
}

/// What a busy gallery asks for, or longer: it has asked for too little where it must ask again and again.
fn busy_wait(retry_after: Option<Duration>, attempts: u32, jitter: f64) -> Duration {
    let own = settling(FIRST_WAIT, attempts, LONGEST_BUSY, jitter);
    retry_after.map_or(own, |asked| backoff::asked(asked, jitter).max(own))
}

#[cfg(test)]
mod tests {
    use ::http::StatusCode;
    use proptest::prelude::*;

    use super::*;
    use crate::http::{Fault, Problem, Success, TransportError};

    fn now() -> DateTime<Utc> {
        "2026-03-14T12:00:00Z".parse().unwrap()
    }

    fn problem(status: u16, slug: &str, retry_after: Option<u64>) -> Answer {
        let body = format!(r#"{{"type":"urn:vremena:problem:{slug}"}}"#);
        let problem = Problem::read(StatusCode::from_u16(status).unwrap(), body.as_bytes()).unwrap();
        Answer::Problem(problem, retry_after.map(Duration::from_secs))
    }

    fn decided(answer: &Answer, meaning: Meaning) -> Decision {
        decide(answer, Some(meaning), 0, now(), 0.5)
    }

    #[test]
    fn answers_of_nobody_spend_nothing() {
        let (insecure, late) = (TransportError::Insecure, TransportError::TimedOut);
        for fault in [Fault::Foreign, Fault::Transport(insecure), Fault::Transport(late)] {
            assert_eq!(decided(&Answer::Failed(fault), Meaning::NotUnderstood), Decision::Unreachable);
        }
    }

    #[test]
    fn only_answers_end_an_entry() {
        assert_eq!(decided(&Answer::Success(Success::kept(None, vec![])), Meaning::NotUnderstood), Decision::Done);
        let conflict = problem(409, "already-registered", None);
        assert_eq!(decided(&conflict, Meaning::AlreadyDone), Decision::AlreadyDone);
        assert_eq!(decided(&conflict, Meaning::Refused), Decision::Refused);
        assert_eq!(decided(&conflict, Meaning::NotUnderstood), Decision::Wedged("already-registered".to_owned()));
    }

    #[test]
    fn a_busy_server_is_waited_for_even_where_the_kind_would_refuse() {
        for status in [408, 425, 429, 500, 502, 503] {
            let Decision::Hold(until) = decided(&problem(status, "", Some(120)), Meaning::Refused) else { panic!() };
            assert_eq!(((until.instant - now()).num_seconds(), until.is_asked), (300, true));
        }
    }

    #[test]
    fn one_requests_failure_holds_only_that_one() {
        for status in [408, 500, 502] {
            assert!(matches!(decided(&problem(status, "", None), Meaning::Refused), Decision::Wait(_)), "{status}");
        }
        for status in [429, 503] {
            assert!(matches!(decided(&problem(status, "", None), Meaning::Refused), Decision::Hold(_)), "{status}");
        }
    }

    #[test]
    fn sign_in_and_updates_keep_the_entry() {
        assert_eq!(decided(&Answer::SignInNeeded, Meaning::Refused), Decision::SignInNeeded);
        assert_eq!(decided(&Answer::Locked, Meaning::Refused), Decision::Locked);
        assert_eq!(decided(&problem(426, "contract-too-old", None), Meaning::Refused), Decision::UpdateNeeded);
    }

    #[test]
    fn a_problem_without_a_name_wedges_with_its_status() {
        let nameless = Answer::Problem(Problem::nameless(StatusCode::FORBIDDEN), None);
        assert_eq!(decided(&nameless, Meaning::NotUnderstood), Decision::Wedged("status-403".to_owned()));
    }

    proptest! {
        #[test]
        fn no_wait_is_negative_or_longer_than_the_cap(
            retry_after in proptest::option::of(0u64..u64::MAX / 2), attempts: u32, jitter in 0.0f64..1.0,
        ) {
            let answer = problem(503, "busy", retry_after);
            let Decision::Hold(until) = decide(&answer, None, attempts, now(), jitter) else { panic!() };
            let longest = chrono::Duration::from_std(LONGEST_WAIT).unwrap();
            prop_assert!(until.instant >= now() && until.instant <= now() + longest);
            let asked = Duration::from_secs(retry_after.unwrap_or_default()).min(LONGEST_ASKED);
            prop_assert!(until.instant >= now() + asked);
            prop_assert_eq!(until.is_asked, retry_after.is_some());
            prop_assert!(reconnect_delay(attempts, jitter) <= LONGEST_RECONNECT);
        }

        #[test]
        fn whoever_has_waited_often_waits_evenly_and_first_waits_take_seconds(
            attempts in 9u32.., jitter in 0.0f64..1.0,
        ) {
            let unasked = |attempts| match decide(&problem(503, "busy", None), None, attempts, now(), jitter) {
                Decision::Hold(until) => (until.instant - now()).to_std().unwrap(),
                decision => panic!("{decision:?}"),
            };
            for (often, first) in [
                (unasked(attempts), unasked(0)),
                (reconnect_delay(attempts, jitter), reconnect_delay(0, jitter)),
            ] {
                prop_assert!(often >= LONGEST_RECONNECT * 3 / 4 && often <= LONGEST_RECONNECT);
                prop_assert!(first <= FIRST_WAIT);
            }
        }

        #[test]
        fn whoever_is_asked_for_the_same_is_spread(asked in 1u64..100_000, jitter in 0.0f64..1.0) {
            let until = |jitter| match decide(&problem(503, "busy", Some(asked)), None, 0, now(), jitter) {
                Decision::Hold(until) => until.instant,
                decision => panic!("{decision:?}"),
            };
            let spread = chrono::Duration::seconds(i64::try_from((3 * asked.min(3600)).min(600)).unwrap());
            let late = (until(jitter) - until(0.0)).as_seconds_f64();
            // A wait is never shorter than one that nobody asked for would be: that hides a little of the shortest ones.
            prop_assert!((late - spread.as_seconds_f64() * jitter).abs() < 2.0, "{late}");
        }

        #[test]
        fn hope_is_never_a_storm_and_never_later_than_five_minutes(
            heard: bool, attempts: u32, ago in -1_000_000i64..1_000_000, jitter in 0.0f64..1.0,
        ) {
            let tried_at = now() - chrono::Duration::seconds(ago);
            let due = brought_forward(heard, attempts, tried_at, now(), jitter);
            prop_assert!(due >= now() && due <= now() + LONGEST_AGAIN);
            if ago >= 0 {
                prop_assert!(due >= tried_at + SHORTEST_AGAIN);
            }
        }
    }
}
