//! Advice that can be read: a camera sees another reason in each frame.

use std::collections::VecDeque;

use super::Reason;

/// Frames looked back upon: the live effort looks in another way in each of six, and a reason may show in some only.
const FRAMES: usize = 8;

/// In so many of them a reason must have been seen to be told, and then it is told as long as it is seen in so many.
const TO_BEGIN: usize = 4;
const TO_STAY: usize = 2;

/// The reasons of the last frames.
#[derive(Debug, Default)]
pub(in crate::scan) struct Steady {
    last: VecDeque<Option<Reason>>,
    told: Option<Reason>,
}

impl Steady {
    /// What is told after one more frame. A code that was read ends all advice.
    pub(in crate::scan) fn tell(&mut self, is_unread: bool, reason: Option<Reason>) -> Option<Reason> {
        if !is_unread {
            *self = Self::default();
            return None;
        }
        if self.last.len() == FRAMES {
            self.last.pop_front();
        }
        self.last.push_back(reason);
        let enough = |reason: &Reason, least| self.seen(reason).count() >= least;
        let stays = self.told.filter(|told| enough(told, TO_STAY));
        let begins = || self.last.iter().rev().flatten().find(|reason| enough(reason, TO_BEGIN)).copied();
        // Its place is that of the latest frame.
        let latest = stays.or_else(begins).and_then(|told| self.seen(&told).next_back());
        self.told = latest;
        latest
    }

    fn seen(&self, reason: &Reason) -> impl DoubleEndedIterator<Item = Reason> {
        let advice = reason.advice;
        self.last.iter().flatten().filter(move |seen| seen.advice == advice).copied()
    }
}
