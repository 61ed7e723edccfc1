//! The crowd and the gallery, event after event.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use vremena_core::{
    backoff::LONGEST_POLL,
    http::Answer,
    outbox::policy::{Decision, Until},
};

use super::{
    Rule,
    measure::{Measured, Series},
    phone::{NEVER, Phone, Reason},
    scenario::{JOB_SLACK, Plan, Scenario, Visit},
    server::{Fate, Server},
};
use crate::dice::{Dice, Purpose};

/// Milliseconds from one request of a phone to its next.
const ROUND_TRIP: u32 = 150;
/// Bytes of each, both ways, with headers; a try or a pull that gets through has a connection of its own, with TLS.
const CONNECTION: u32 = 5_000;
const SENT: u32 = 2_000;
const PULLED: u32 = 1_200;
const SHED: u32 = 1_300;
const REFUSED: u32 = 200;

/// What happens to a phone of itself. The number is its place in an event.
#[derive(Clone, Copy)]
enum Kind {
    Try = 0,
    Pull = 1,
}

pub(super) struct Engine<'a> {
    scenario: &'a Scenario,
    plan: &'a Plan,
    rule: Rule,
    epoch: DateTime<Utc>,
    dice: Dice,
    server: Server,
    phones: Vec<Phone>,
    events: BinaryHeap<Reverse<u64>>,
    series: Series,
    backlog_left: u64,
}

impl<'a> Engine<'a> {
    pub(super) fn new(scenario: &'a Scenario, plan: &'a Plan, rule: Rule) -> Self {
        Self {
            scenario,
            plan,
            rule,
            epoch: DateTime::UNIX_EPOCH,
            dice: Dice::of(plan.seed, Purpose::Network),
            server: Server::new(scenario.capacity.clone()),
            phones: vec![Phone::new(); plan.phones as usize],
            events: BinaryHeap::new(),
            series: Series::new(scenario.horizon),
            backlog_left: 0,
        }
    }

    pub(super) fn run(mut self) -> Measured {
        let mut visits = self.plan.visits.iter().enumerate().peekable();
        let mut is_counted = false;
        let mut backlog = (0, 0);
        let mut drained_at = None;
        loop {
            // Visits are in order already: only what follows from them needs the heap.
            let next_visit = visits.peek().map_or(NEVER, |(_, visit)| visit.at);
            let next_event = self.events.peek().map_or(NEVER, |Reverse(event)| (event >> 32) as u32);
            let now = next_visit.min(next_event);
            if !is_counted && now >= self.scenario.recovery_from {
                is_counted = true;
                backlog = self.count_backlog();
            }
            if now >= self.scenario.horizon {
                break;
            }
            if next_visit <= next_event {
                if let Some((_, visit)) = visits.next() {
                    self.visit(now, visit);
                }
            } else if let Some(Reverse(event)) = self.events.pop() {
                let (phone, kind) = ((event & 0xffff_ffff) as usize >> 1, event & 1);
                self.happen(now, phone, kind);
            }
            // A thousandth may be a phone that has been put away.
            if is_counted && drained_at.is_none() && self.backlog_left <= backlog.0 / 1_000 {
                drained_at = Some(now);
            }
        }
        Measured::new(self.scenario, self.rule, self.series, &self.phones, backlog, drained_at)
    }

    /// Entries that wait, and the phones that have them.
    fn count_backlog(&mut self) -> (u64, u64) {
        let mut holders = 0;
        for phone in &mut self.phones {
            phone.backlog = phone.entries;
            self.backlog_left += u64::from(phone.entries);
            holders += u64::from(phone.entries > 0);
        }
        (self.backlog_left, holders)
    }

    fn happen(&mut self, now: u32, phone: usize, kind: u64) {
        let Some(state) = self.phones.get_mut(phone) else { return };
        // One that was put off, or brought forward, is in the heap once more.
        if kind == Kind::Try as u64 && state.try_at == now {
            state.try_at = NEVER;
            self.try_queue(now, phone);
        } else if kind == Kind::Pull as u64 && state.pull_at == now {
            state.pull_at = NEVER;
            self.pull(now, phone);
        }
    }

    fn schedule(&mut self, at: u32, phone: usize, kind: Kind) {
        if at < self.scenario.horizon {
            self.events.push(Reverse(u64::from(at) << 32 | (phone as u64) << 1 | kind as u64));
        }
    }

    /// The member opens the app, or does something in it.
    fn visit(&mut self, now: u32, visit: &Visit) {
        let index = visit.phone as usize;
        let Some(state) = self.phones.get_mut(index) else { return };
        let comes_back = !state.is_in_front(now);
        state.leaves_at = state.leaves_at.max(now.saturating_add(visit.stays));
        state.entries = state.entries.saturating_add(visit.entries);
        if comes_back {
            (state.failures, state.busy, state.quiet_pulls) = (0, 0, 0);
            if !state.is_hold_asked {
                state.held_until = 0;
            }
        }
        if state.entries > 0 {
            self.try_at(now, index);
        }
        if comes_back && !visit.is_current {
            self.pull_at(now, index, Reason::Everything);
        }
    }

    /// The queue at `due`, or when the system lets a phone that is put away.
    fn try_at(&mut self, due: u32, index: usize) {
        let Some(state) = self.phones.get_mut(index) else { return };
        let at = if state.is_in_front(due) { due } else { due.saturating_add(self.dice.number(JOB_SLACK)) };
        state.try_at = at;
        self.schedule(at, index, Kind::Try);
    }

    fn pull_at(&mut self, at: u32, index: usize, reason: Reason) {
        let Some(state) = self.phones.get_mut(index) else { return };
        (state.pull_at, state.reason, state.pulled) = (at, reason, 0);
        self.schedule(at, index, Kind::Pull);
    }

    /// As `Outbox::drain`, one request at a time.
    fn try_queue(&mut self, now: u32, index: usize) {
        let Some(state) = self.phones.get_mut(index) else { return };
        let is_on = std::mem::take(&mut state.is_sending);
        if state.entries == 0 {
            return;
        }
        if state.held_until > now {
            let until = state.held_until;
            self.try_at(until, index);
            return;
        }
        if !is_on && !state.is_in_front(now) {
            state.wake_ups += 1;
            // The process that counted them is gone.
            state.failures = 0;
        }
        let instant = self.epoch + TimeDelta::milliseconds(now.into());
        let (fate, answer) = self.server.serve(now);
        self.series.count(now, fate);
        state.count(bytes(fate, answer, SENT, is_on));
        let jitter = self.dice.fraction(0.0..1.0);
        match self.rule.decide(answer, state.busy.into(), instant, jitter) {
            Decision::Done => {
                state.entries -= 1;
                if state.backlog > 0 {
                    state.backlog -= 1;
                    self.backlog_left -= 1;
                }
                (state.failures, state.busy, state.held_until, state.is_hold_asked) = (0, 0, 0, false);
                if state.entries == 0 {
                    self.settled(now, index);
                } else {
                    (state.is_sending, state.try_at) = (true, now + ROUND_TRIP);
                    self.schedule(now + ROUND_TRIP, index, Kind::Try);
                }
            }
            Decision::Hold(Until { instant: until, is_asked }) | Decision::Wait(Until { instant: until, is_asked }) => {
                state.busy = state.busy.saturating_add(1);
                (state.held_until, state.is_hold_asked) = (since(self.epoch, until), is_asked);
                let until = state.held_until;
                self.try_at(until, index);
            }
            _ => {
                // Two in a row that nobody answers are the network: the core tries another entry before it rests.
                if state.entries > 1 {
                    self.series.count(now, fate);
                    state.count(REFUSED);
                }
                let delay = self.rule.reconnect_delay(state.failures.into(), self.dice.fraction(0.0..1.0));
                state.failures = state.failures.saturating_add(1);
                self.try_at(after(now, delay), index);
            }
        }
    }

    /// What the gallery now has is pulled at once while the app is open; a push tells the others of the verdict.
    fn settled(&mut self, now: u32, index: usize) {
        let verdict_in = self.scenario.verdict_in(&mut self.dice);
        let Some(state) = self.phones.get_mut(index) else { return };
        let reason = match verdict_in {
            Some(verdict_in) => {
                state.verdict_at = now.saturating_add(verdict_in);
                Reason::Verdict
            }
            None => Reason::Events,
        };
        if state.is_in_front(now) {
            state.quiet_pulls = 0;
            let at = state.rested_at.max(now + ROUND_TRIP);
            self.pull_at(at, index, reason);
        } else if state.verdict_at != NEVER {
            let at = state.verdict_at;
            self.pull_at(at, index, reason);
        }
    }

    /// As the loop of `Sync`, one request at a time.
    fn pull(&mut self, now: u32, index: usize) {
        let Some(state) = self.phones.get_mut(index) else { return };
        let (is_in_front, is_pushed) = (state.is_in_front(now), state.verdict_at <= now);
        if !is_in_front && !is_pushed {
            return;
        }
        state.wake_ups += u16::from(!is_in_front && state.pulled == 0);
        let (fate, answer) = self.server.serve(now);
        self.series.count(now, fate);
        state.count(bytes(fate, answer, PULLED, state.pulled > 0));
        // Whatever fails here is said of the whole gallery, or is the network.
        let (has_failed, asked) = match answer {
            Answer::Success(_) => (false, None),
            Answer::Problem(_, retry_after) => (true, *retry_after),
            _ => (true, None),
        };
        if !has_failed {
            state.pulled += 1;
            if state.pulled < state.reason.requests() {
                state.pull_at = now + ROUND_TRIP;
                self.schedule(now + ROUND_TRIP, index, Kind::Pull);
                return;
            }
        }
        let is_answered = state.pulled > 0;
        let (delay, reason) = if has_failed {
            state.quiet_pulls = self.rule.after_failed_pull(state.quiet_pulls);
            let jitters = [self.dice.fraction(0.0..1.0), self.dice.fraction(0.0..1.0)];
            let (delay, asked) = self.rule.pull_delay(state.quiet_pulls.into(), asked, jitters);
            state.rested_at = after(now, asked);
            (delay, state.reason)
        } else {
            let was_pending = state.verdict_at != NEVER;
            if is_pushed {
                state.verdict_at = NEVER;
            }
            if was_pending && !is_pushed {
                state.quiet_pulls = state.quiet_pulls.saturating_add(1);
                let jitter = self.dice.fraction(0.0..1.0);
                // Nothing has failed: how often a verdict is asked for is not what is compared.
                (Rule::Ours.pull_delay(state.quiet_pulls.into(), None, [jitter; 2]).0, Reason::Verdict)
            } else {
                (LONGEST_POLL, Reason::Everything)
            }
        };
        self.pull_at(after(now, delay), index, reason);
        if is_answered {
            self.heard(now, index);
        }
    }

    /// As `Wake::heard`: what waits of itself may go.
    fn heard(&mut self, now: u32, index: usize) {
        let Some(state) = self.phones.get_mut(index) else { return };
        if state.entries == 0 || !state.is_in_front(now) {
            return;
        }
        if state.held_until > now {
            if state.is_hold_asked {
                return;
            }
            let instant = self.epoch + TimeDelta::milliseconds(now.into());
            let due = self.rule.brought_forward(state.busy.into(), instant, self.dice.fraction(0.0..1.0));
            state.held_until = state.held_until.min(since(self.epoch, due));
        }
        let at = state.held_until.max(now);
        self.try_at(at, index);
    }
}

fn bytes(fate: Fate, answer: &Answer, served: u32, is_connected: bool) -> u32 {
    if matches!(answer, Answer::Failed(_)) {
        return REFUSED;
    }
    let connection = if is_connected { 0 } else { CONNECTION };
    connection + if fate == Fate::Served { served } else { SHED }
}

fn since(epoch: DateTime<Utc>, instant: DateTime<Utc>) -> u32 {
    u32::try_from((instant - epoch).num_milliseconds()).unwrap_or(NEVER)
}

fn after(now: u32, delay: Duration) -> u32 {
    now.saturating_add(u32::try_from(delay.as_millis()).unwrap_or(NEVER)).max(now + 1)
}
